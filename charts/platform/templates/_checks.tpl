{{/*
Values and combinations of them that would install but not work. A chart runs all of them in its checks.yaml, so that the
manifests stay free of them. values.schema.json judges names, types and bounds. What a text must look like is judged
here, because helm would print a regular expression, and a person needs to read what to write instead.
*/}}
{{- define "platform.checks" -}}
{{- include "platform.checkForms" . -}}
{{- include "platform.checkServiceForms" . -}}
{{- include "platform.checkRollout" . -}}
{{- include "platform.checkScaling" . -}}
{{- include "platform.checkPublic" . -}}
{{- include "platform.checkCallers" . -}}
{{- include "platform.checkNeighbours" . -}}
{{- include "platform.checkMetrics" . -}}
{{- include "platform.checkTracing" . -}}
{{- /* The chart of a service without a database has no values for one. */ -}}
{{- if .Values.mongodb -}}
{{- include "platform.checkDatabase" . -}}
{{- end -}}
{{- include "platform.checkEnv" . -}}
{{- include "platform.checkServiceAccount" . -}}
{{- include "platform.checkPodLabels" . -}}
{{- include "platform.checkVolumes" . -}}
{{- end -}}

{{/* The grace period must cover preStop, drain, the longest request (10 s), a trace flush (5 s) and a reserve (5 s). */}}
{{- define "platform.checkRollout" -}}
{{- $needed := add .Values.rollout.preStopSeconds .Values.rollout.drainSeconds 20 -}}
{{- if lt (int .Values.rollout.gracePeriodSeconds) (int $needed) -}}
{{- fail (printf "%s: rollout.gracePeriodSeconds is %v, but a graceful shutdown needs %v (preStopSeconds %v + drainSeconds %v + longest request 10 + trace flush 5 + reserve 5); raise it, or requests are cut off" .Chart.Name .Values.rollout.gracePeriodSeconds $needed .Values.rollout.preStopSeconds .Values.rollout.drainSeconds) -}}
{{- end -}}
{{- if le (int .Values.rollout.progressDeadlineSeconds) (int .Values.rollout.minReadySeconds) -}}
{{- fail (printf "%s: rollout.progressDeadlineSeconds is %v, but a pod counts only after minReadySeconds %v, so every rollout would fail; raise progressDeadlineSeconds" .Chart.Name .Values.rollout.progressDeadlineSeconds .Values.rollout.minReadySeconds) -}}
{{- end -}}
{{- end -}}

{{- define "platform.checkScaling" -}}
{{- with .Values.autoscaling -}}
{{- if and .enabled (gt (int .minReplicas) (int .maxReplicas)) -}}
{{- fail (printf "%s: autoscaling.minReplicas is %v, but maxReplicas is %v; the API server refuses such an autoscaler, so raise maxReplicas" $.Chart.Name .minReplicas .maxReplicas) -}}
{{- end -}}
{{- if and .enabled (not .targetCPUUtilizationPercentage) (not .metrics) -}}
{{- fail (printf "%s: autoscaling.enabled is true, but it has nothing to scale on; set autoscaling.targetCPUUtilizationPercentage or autoscaling.metrics" $.Chart.Name) -}}
{{- end -}}
{{- if and .enabled .targetCPUUtilizationPercentage (not (dig "requests" "cpu" "" $.Values.resources)) -}}
{{- fail (printf "%s: autoscaling.enabled is true, but it scales on a share of resources.requests.cpu, which is not set; set it, or scale on autoscaling.metrics" $.Chart.Name) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Nobody should publish an API without authentication by accident. */}}
{{- define "platform.checkPublic" -}}
{{- if and (or .Values.ingress.enabled .Values.httpRoute.enabled (ne .Values.service.type "ClusterIP")) (eq .Values.auth.mode "open") (not .Values.auth.allowPublicOpen) -}}
{{- fail (printf "%s: ingress, httpRoute or service.type publishes the API while auth.mode is open, so anybody could call it; set auth.mode: token, or auth.allowPublicOpen: true if that is intended" .Chart.Name) -}}
{{- end -}}
{{- end -}}

{{/* Otherwise the address is public, and the network policy silently drops every call: 504. */}}
{{- define "platform.checkCallers" -}}
{{- if and .Values.networkPolicy.enabled (not .Values.networkPolicy.callers) -}}
{{- $namespace := `[{"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"%s"}}}]` -}}
{{- if .Values.ingress.enabled -}}
{{- include "platform.failCallers" (list . "ingress.enabled" "the Ingress controller" (printf $namespace "ingress-nginx")) -}}
{{- else if .Values.httpRoute.enabled -}}
{{- include "platform.failCallers" (list . "httpRoute.enabled" "the Gateway" (printf $namespace "envoy-gateway-system")) -}}
{{- else if ne .Values.service.type "ClusterIP" -}}
{{- include "platform.failCallers" (list . (printf "service.type %s" .Values.service.type) "the addresses that may call it" `[{"ipBlock":{"cidr":"0.0.0.0/0"}}]`) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "platform.failCallers" -}}
{{- fail (printf "%s: %s publishes the API, but the NetworkPolicy admits nobody from outside; set networkPolicy.callers to %s, for example --set-json 'networkPolicy.callers=%s', or set networkPolicy.enabled: false" (index . 0).Chart.Name (index . 1) (index . 2) (index . 3)) -}}
{{- end -}}

{{/* Otherwise the network policy silently drops every call to a neighbour. The value of a neighbour has a url. */}}
{{- define "platform.checkNeighbours" -}}
{{- range $neighbour, $value := .Values -}}
{{- if and (kindIs "map" $value) $.Values.networkPolicy.enabled (not $.Values.networkPolicy.extraEgress) -}}
{{- with $value.url -}}
{{- $host := include "platform.hostOf" (dict "url" . "namespace" $.Release.Namespace) -}}
{{- if not (has $host $.Values.clientOf) -}}
{{- fail (printf "%s: %s.url is %s, but the NetworkPolicy allows calls to clientOf (%s) only; list the name of its Service in clientOf, or allow another address with networkPolicy.extraEgress" $.Chart.Name $neighbour . (join ", " $.Values.clientOf)) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Otherwise Prometheus finds the targets, and the network policy silently drops every scrape. */}}
{{- define "platform.checkMetrics" -}}
{{- if and (or .Values.metrics.serviceMonitor.enabled .Values.metrics.scrapeAnnotations) .Values.networkPolicy.enabled (not .Values.networkPolicy.metricsFrom) -}}
{{- fail (printf "%s: metrics.serviceMonitor or metrics.scrapeAnnotations is on, but the NetworkPolicy blocks Prometheus; set networkPolicy.metricsFrom to its pods" .Chart.Name) -}}
{{- end -}}
{{- end -}}

{{/* In a cluster, port 443 of any address is the whole web: a way out for whatever breaks into the pod. */}}
{{- define "platform.checkTracing" -}}
{{- with .Values.tracing.endpoint -}}
{{- if and $.Values.networkPolicy.enabled (not $.Values.networkPolicy.tracesTo) (eq (include "platform.portOf" .) "443") -}}
{{- fail (printf "%s: tracing.endpoint is %s, and the NetworkPolicy would open port 443 to every address; set networkPolicy.tracesTo to the collector, for example --set-json 'networkPolicy.tracesTo=[{\"ipBlock\":{\"cidr\":\"203.0.113.7/32\"}}]'" $.Chart.Name .) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "platform.checkDatabase" -}}
{{- if .Values.mongodb.enabled -}}
{{- if .Values.database.existingSecret -}}
{{- fail (printf "%s: database.existingSecret names an external database, but mongodb.enabled is true; set only one of them" .Chart.Name) -}}
{{- end -}}
{{- else -}}
{{- $name := required (printf "%s: mongodb.enabled is false, so database.existingSecret must name a Secret with the key uri" .Chart.Name) .Values.database.existingSecret -}}
{{- include "platform.checkSecret" (dict "context" . "name" $name "keys" (list "uri")) -}}
{{- if and .Values.networkPolicy.enabled (not .Values.networkPolicy.databaseEgress) -}}
{{- fail (printf "%s: mongodb.enabled is false, so networkPolicy.databaseEgress must allow the address of the database; or set networkPolicy.enabled: false" .Chart.Name) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Services, policies and the Deployment itself select pods by the labels of the chart. */}}
{{- define "platform.checkPodLabels" -}}
{{- $own := list "app.kubernetes.io/name" "app.kubernetes.io/instance" "app.kubernetes.io/part-of" -}}
{{- $admitting := .Values.clientOf -}}
{{- if .Values.mongodb -}}
{{- $admitting = append $admitting (include "platform.databaseName" .) -}}
{{- end -}}
{{- range $admitting -}}
{{- $own = append $own (printf "%s-client" .) -}}
{{- end -}}
{{- include "platform.checkLabels" (dict "context" . "name" "podLabels" "labels" .Values.podLabels "own" $own) -}}
{{- end -}}

{{/* None of the `labels` of the value `name` may be one of the chart's `own`. */}}
{{- define "platform.checkLabels" -}}
{{- range $label, $_ := .labels -}}
{{- if has $label $.own -}}
{{- fail (printf "%s: %s sets %s, but the chart sets it already, and selects pods by it; remove it" (include "platform.name" $.context) $.name $label) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "platform.checkVolumes" -}}
{{- include "platform.checkMounts" (dict
  "context" .
  "names" (list "extra.volumes" "extra.volumeMounts")
  "volumes" .Values.extra.volumes
  "mounts" .Values.extra.volumeMounts
  "own" (list "database" "auth" "tmp")) -}}
{{- end -}}

{{/* `volumes` may not have a name of the chart's `own`, and `mounts` must find theirs. `names` are those of both values. */}}
{{- define "platform.checkMounts" -}}
{{- $known := .own -}}
{{- range .volumes -}}
{{- if has .name $.own -}}
{{- fail (printf "%s: %s has a volume named %s, which the chart has already; choose another name" (include "platform.name" $.context) (first $.names) .name) -}}
{{- end -}}
{{- $known = append $known .name -}}
{{- end -}}
{{- range .mounts -}}
{{- if not (has .name $known) -}}
{{- fail (printf "%s: %s mounts %s, which is none of %s; add it there" (include "platform.name" $.context) (last $.names) .name (first $.names)) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "platform.checkServiceAccount" -}}
{{- if not (or .Values.serviceAccount.create .Values.serviceAccount.name) -}}
{{- fail (printf "%s: serviceAccount.create is false, so serviceAccount.name must name one that exists, or no pod can start" (include "platform.name" .)) -}}
{{- end -}}
{{- end -}}

{{/* If two environment variables share a name, Kubernetes silently uses the last one. It refuses containers that do. */}}
{{- define "platform.checkEnv" -}}
{{- $deployment := include (print .Template.BasePath "/deployment.yaml") . | fromYaml -}}
{{- range concat .Values.extra.initContainers .Values.extra.containers -}}
{{- if eq .name $.Chart.Name -}}
{{- fail (printf "%s: extra has a container named %s, which is the service's own; choose another name" $.Chart.Name .name) -}}
{{- end -}}
{{- end -}}
{{- $seen := list -}}
{{- range (first $deployment.spec.template.spec.containers).env -}}
{{- if has .name $seen -}}
{{- fail (printf "%s: extra.env sets %s, but the chart sets it already; change the chart's value for it" $.Chart.Name .name) -}}
{{- end -}}
{{- $seen = append $seen .name -}}
{{- end -}}
{{- end -}}

{{/* A Secret that exists must have the keys. One that does not exist yet, or is not readable, passes. */}}
{{- define "platform.checkSecret" -}}
{{- $secret := lookup "v1" "Secret" .context.Release.Namespace .name -}}
{{- range .keys -}}
{{- if and $secret (not (hasKey ($secret.data | default dict) .)) -}}
{{- fail (printf "%s: the Secret %s has no key %s; add it" $.context.Chart.Name $.name .) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* An upgrade rendered without access to the cluster would generate new secrets over the ones in use. */}}
{{- define "platform.checkReplaced" -}}
{{- if and .context.Release.IsUpgrade (empty .secret) (not (include "platform.hasCluster" .context)) -}}
{{- fail (printf "%s: this upgrade is rendered without access to the cluster, so it would replace the generated %s; let helm reach the cluster, or set %s" .name .what .instead) -}}
{{- end -}}
{{- end -}}
