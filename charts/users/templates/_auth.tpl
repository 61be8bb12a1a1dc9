{{- define "users.authSecret" -}}
{{- .Values.auth.existingSecret | default (printf "%s-auth" (include "platform.name" .)) -}}
{{- end -}}

{{/* Pods read the keys when they start, so another choice of keys must start a rollout. */}}
{{- define "users.keysAnnotation" -}}
{{- if not .Values.auth.existingSecret -}}
auth-keys: signing {{ .Values.auth.keys.signing }}, published {{ join " " .Values.auth.keys.published }}
{{- end -}}
{{- end -}}

{{/*
Signing keys and the first admin's password. An upgrade reuses those in the cluster; what is missing there is generated.
The first key in the file signs.
*/}}
{{- define "users.authData" -}}
{{- $name := include "users.authSecret" . -}}
{{- $secret := lookup "v1" "Secret" .Release.Namespace $name | default dict -}}
{{- include "platform.checkReplaced" (dict "context" . "name" $name "secret" $secret "what" "keys and password" "instead" "auth.existingSecret") -}}
{{- $signing := .Values.auth.keys.signing -}}
{{- if not (has $signing .Values.auth.keys.published) -}}
{{- fail (printf "%s: auth.keys.signing is %s, which auth.keys.published does not list, so no service could verify its tokens; add it there" .Chart.Name $signing) -}}
{{- end -}}
{{- $keys := list -}}
{{- range prepend (without .Values.auth.keys.published $signing) $signing -}}
{{- $key := dig "data" (printf "%s.pem" .) "" $secret | b64dec | default (genPrivateKey "ed25519") -}}
{{- $keys = append $keys $key }}
{{ . }}.pem: {{ $key | b64enc }}
{{- end }}
keys: {{ join "" $keys | b64enc }}
admin-email: {{ .Values.auth.adminEmail | b64enc }}
admin-password: {{ dig "data" "admin-password" "" $secret | default (randAlphaNum 24 | b64enc) }}
{{- end -}}
