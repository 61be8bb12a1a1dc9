{{/* `helm template` and GitOps render without a cluster. Each namespace of a cluster has this account. */}}
{{- define "platform.hasCluster" -}}
{{- if lookup "v1" "ServiceAccount" .Release.Namespace "default" }}true{{ end -}}
{{- end -}}

{{/*
The number of pods. With an autoscaler it is the number that runs: if it left the manifest, the API server would run one
pod until the autoscaler notices. But if Helm applies on the server's side and the autoscaler has taken the number over,
it must stay out, or the two managers would conflict.
*/}}
{{- define "platform.replicas" -}}
{{- if not .Values.autoscaling.enabled -}}
{{- .Values.replicaCount | toString | replace "<nil>" "" -}}
{{- else if include "platform.hasCluster" . -}}
{{- $live := lookup "apps/v1" "Deployment" .Release.Namespace (include "platform.name" .) | default dict -}}
{{- if not (include "platform.isScaledByOthers" $live) -}}
{{- max .Values.autoscaling.minReplicas (dig "spec" "replicas" 0 $live) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "platform.isScaledByOthers" -}}
{{- $applied := false -}}
{{- $owned := false -}}
{{- range dig "metadata" "managedFields" list . -}}
{{- if eq .operation "Apply" -}}
{{- $applied = true -}}
{{- $owned = or $owned (hasKey (dig "fieldsV1" "f:spec" dict .) "f:replicas") -}}
{{- end -}}
{{- end -}}
{{- if and $applied (not $owned) }}true{{ end -}}
{{- end -}}
