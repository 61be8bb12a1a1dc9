{{/* preStop, drain, the longest request (10 s), the flush (5 s) and 5 s to spare must fit into the grace period. */}}
{{- define "platform.checkRollout" -}}
{{- $needed := add .Values.rollout.preStopSeconds .Values.rollout.drainSeconds 20 -}}
{{- if lt (int .Values.rollout.gracePeriodSeconds) (int $needed) -}}
{{- fail (printf "%s: rollout.gracePeriodSeconds is %v, but preStopSeconds %v + drainSeconds %v + the longest request 10 + flush 5 + 5 need %v; requests would be cut" .Chart.Name .Values.rollout.gracePeriodSeconds .Values.rollout.preStopSeconds .Values.rollout.drainSeconds $needed) -}}
{{- end -}}
{{- end -}}

{{/* What anybody can reach must not be open to anybody by accident. */}}
{{- define "platform.checkPublic" -}}
{{- if and (or .Values.ingress.enabled .Values.httpRoute.enabled (ne .Values.service.type "ClusterIP")) (eq .Values.auth.mode "open") (not .Values.auth.allowPublicOpen) -}}
{{- fail (printf "%s: ingress, httpRoute or service.type publishes the API while auth.mode is open, so anybody may call it; set auth.allowPublicOpen: true if that is meant" .Chart.Name) -}}
{{- end -}}
{{- end -}}

{{/* A Secret that is there must have its keys; one that is not there yet, or cannot be seen, is not judged. */}}
{{- define "platform.checkSecret" -}}
{{- $secret := lookup "v1" "Secret" .context.Release.Namespace .name -}}
{{- range .keys -}}
{{- if and $secret (not (hasKey ($secret.data | default dict) .)) -}}
{{- fail (printf "%s: the Secret %s has no key %s" $.context.Chart.Name $.name .) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* An upgrade that cannot see the cluster must not replace what was generated before. */}}
{{- define "platform.checkReplaced" -}}
{{- $isOffline := empty (lookup "v1" "ServiceAccount" .context.Release.Namespace "default") -}}
{{- if and .context.Release.IsUpgrade (empty .secret) $isOffline -}}
{{- fail (printf "%s: this upgrade is rendered without the cluster, so it would replace the generated %s; let helm see the cluster, or set %s" .name .what .instead) -}}
{{- end -}}
{{- end -}}

{{/* A list as YAML, or the words for one that is empty; `required` takes an empty list for a value. */}}
{{- define "platform.nonEmpty" -}}
{{- if not (first .) -}}
{{- fail (last .) -}}
{{- end -}}
{{- first . | toYaml -}}
{{- end -}}

{{/* Of two environment variables with one name the last would win, quietly. */}}
{{- define "platform.checkEnv" -}}
{{- $set := list -}}
{{- range fromYamlArray .env -}}
{{- if has .name $set -}}
{{- fail (printf "%s: extra.env sets %s, which the chart sets; use its own value" $.chart .name) -}}
{{- end -}}
{{- $set = append $set .name -}}
{{- end -}}
{{- end -}}
