{{/* By default, every pod passes the Pod Security Standard "restricted". None gets a token for the Kubernetes API. */}}
{{- define "platform.podSecurity" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  {{- toYaml .Values.podSecurityContext | nindent 2 }}
{{- end -}}

{{- define "platform.containerSecurity" -}}
securityContext:
  {{- toYaml .Values.containerSecurityContext | nindent 2 }}
{{- end -}}

{{/* `skaffold dev` copies changed files into the running container, so its root file system must be writable. */}}
{{- define "platform.serviceSecurity" -}}
{{- $context := deepCopy .Values.containerSecurityContext -}}
{{- if .Values.image.writable -}}
{{- $_ := set $context "readOnlyRootFilesystem" false -}}
{{- end -}}
securityContext:
  {{- toYaml $context | nindent 2 }}
{{- end -}}

{{- define "platform.imagePullSecrets" -}}
{{- with dig "imagePullSecrets" list (.Values.global | default dict) }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- end -}}

{{- define "platform.scheduling" -}}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- end -}}

{{/* Spread over hosts and zones. Counted per ReplicaSet, or old pods would decide where a rollout puts new ones. */}}
{{- define "platform.spread" -}}
topologySpreadConstraints:
  {{- with .Values.topologySpreadConstraints }}
  {{- toYaml . | nindent 2 }}
  {{- else }}
  {{- range list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
  - maxSkew: 1
    topologyKey: {{ . }}
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "platform.selector" $ | nindent 8 }}
    matchLabelKeys:
      - pod-template-hash
  {{- end }}
  {{- end }}
{{- end -}}

{{/*
podAnnotations win over the annotations of the chart. A cluster autoscaler keeps a node with a pod whose volume would be
lost, unless the pod says that this volume may be.
*/}}
{{- define "platform.podAnnotations" -}}
{{- $scratch := dict "cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes" "tmp" -}}
{{- $scrape := dict "prometheus.io/scrape" "true" "prometheus.io/port" "9090" "prometheus.io/path" "/metrics" -}}
{{- merge dict .Values.podAnnotations (ternary $scrape dict .Values.metrics.scrapeAnnotations) (include "platform.databaseAnnotation" . | fromYaml) $scratch | toYaml -}}
{{- end -}}

{{/*
A pod reads its connection string once, so what changes it must roll the pods: a given password, the number of members,
or setup.revision, which stands for the content of an existing Secret. Never a generated password: each offline
rendering has another one. A digest this short does not tell the password.
*/}}
{{- define "platform.databaseAnnotation" -}}
{{- with .Values.mongodb -}}
{{- if .enabled -}}
database: {{ list .replicaCount .setup.revision (ternary "" .passwords.password (ne .existingSecret "")) | toJson | sha256sum | trunc 8 | quote }}
{{- end -}}
{{- end -}}
{{- end -}}
