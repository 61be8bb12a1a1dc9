{{/* Objects have the chart's name, not the release's, so that orders finds users at http://users in any release. */}}
{{- define "platform.name" -}}
{{- $name := .Values.fullnameOverride | default .Chart.Name -}}
{{- if gt (len $name) 44 -}}
{{- fail (printf "%s: the name %s has %d characters; set a fullnameOverride of at most 44, because a CronJob's name holds 52 and adds to it" .Chart.Name $name (len $name)) -}}
{{- end -}}
{{- if not (regexMatch "^[a-z]([a-z0-9-]*[a-z0-9])?$" $name) -}}
{{- fail (printf "%s: the name %s cannot be the name of a Service; set a fullnameOverride of lower-case letters, digits and hyphens that starts with a letter" .Chart.Name $name) -}}
{{- end -}}
{{- $name -}}
{{- end -}}

{{/* Selectors are immutable: with another label here, Kubernetes refuses to upgrade a Deployment or StatefulSet. */}}
{{- define "platform.selector" -}}
app.kubernetes.io/name: {{ include "platform.name" . }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end -}}

{{/* A version such as 0.1.0+4e5cbb7 may be long, and its plus sign is not allowed in a label. */}}
{{- define "platform.labels" -}}
{{ include "platform.selector" . }}
app.kubernetes.io/part-of: duet
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | regexFind ".*[A-Za-z0-9]" }}
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
