{{/* The settings that only orders has. */}}
{{- define "orders.env" -}}
- name: USERS_URL
  value: {{ .Values.users.url }}
{{- end -}}

{{- define "orders.secrets" -}}
{{- end -}}

{{- define "orders.podAnnotations" -}}
{{- end -}}
