{{/* The settings that only users has. */}}
{{- define "users.env" -}}
{{- if eq .Values.auth.mode "token" -}}
- name: AUTH_KEYS_FILE
  value: /run/secrets/auth/keys
- name: ADMIN_EMAIL_FILE
  value: /run/secrets/auth/admin-email
- name: ADMIN_PASSWORD_FILE
  value: /run/secrets/auth/admin-password
{{- end -}}
{{- end -}}
