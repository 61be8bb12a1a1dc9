{{/* The settings that only users has: none yet. */}}
{{- define "users.env" -}}
{{- end -}}
