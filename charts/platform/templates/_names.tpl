{{/* Objects have the chart's name, not the release's, so that orders finds users at http://users in any release. */}}
{{- define "platform.name" -}}
{{- .Values.fullnameOverride | default .Chart.Name | trunc 52 | trimSuffix "-" -}}
{{- end -}}

{{/* Selectors are immutable: with another label here, Kubernetes refuses to upgrade a Deployment or StatefulSet. */}}
{{- define "platform.selector" -}}
app.kubernetes.io/name: {{ include "platform.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "platform.labels" -}}
{{ include "platform.selector" . }}
app.kubernetes.io/part-of: duet
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{/* registry/repository:tag, or registry/repository@digest. Images that skaffold builds locally have no digest. */}}
{{- define "platform.image" -}}
{{- $registry := dig "imageRegistry" "" (.Values.global | default dict) -}}
{{- $repository := ternary (printf "%s/%s" $registry .Values.image.repository) .Values.image.repository (ne $registry "") -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" $repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" $repository (include "platform.version" .) -}}
{{- end -}}
{{- end -}}

{{/* The tag as it was written. `--set image.tag=1234567` gives a number, which a template could print as 1.234567e+06. */}}
{{- define "platform.version" -}}
{{- $tag := .Values.image.tag -}}
{{- if kindIs "float64" $tag -}}
{{- printf "%.0f" $tag -}}
{{- else -}}
{{- ternary "" (toString $tag) (kindIs "invalid" $tag) | default .Chart.AppVersion -}}
{{- end -}}
{{- end -}}

{{- define "platform.databaseName" -}}
{{- .Values.mongodb.fullnameOverride | default "mongodb" -}}
{{- end -}}

{{/* The Secret with the service's connection string under the key `uri`. */}}
{{- define "platform.databaseSecret" -}}
{{- if .Values.mongodb.enabled -}}
{{- .Values.mongodb.existingSecret | default (include "platform.databaseName" .) -}}
{{- else -}}
{{- .Values.database.existingSecret -}}
{{- end -}}
{{- end -}}
