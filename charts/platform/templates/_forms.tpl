{{/* `path` in the values of the `context` must have a `form`; so must each item of a list. Empty texts are not judged. */}}
{{- define "platform.checkForm" -}}
{{- $value := .context.Values -}}
{{- range splitList "." .path -}}
{{- $value = index ($value | default dict) . -}}
{{- end -}}
{{- $form := . -}}
{{- range ternary $value (list $value) (kindIs "slice" $value) -}}
{{- if and (kindIs "string" .) (ne . "") (not (regexMatch $form.form .)) -}}
{{- fail (printf "%s: %s is %s; %s" (include "platform.name" $form.context) $form.path . $form.instead) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Each row: a value, the form that it must have, and what to write instead of anything else. */}}
{{- define "platform.checkRows" -}}
{{- $context := .context -}}
{{- range .rows -}}
{{- include "platform.checkForm" (dict "context" $context "path" (index . 0) "form" (index . 1) "instead" (index . 2)) -}}
{{- end -}}
{{- end -}}

{{/* Of every chart. */}}
{{- define "platform.checkForms" -}}
{{- if not .Values.image.repository -}}
{{- fail (printf "%s: image.repository is empty; set it to the name of the image, such as shop/users" (include "platform.name" .)) -}}
{{- end -}}
{{- if eq (toString .Values.image.tag) "latest" -}}
{{- fail (printf "%s: image.tag is latest, which changes under running pods; set a tag that never moves, such as 1.0.0, or image.digest" (include "platform.name" .)) -}}
{{- end -}}
{{- include "platform.checkRows" (dict "context" . "rows" (list
  (list "image.repository" `^([A-Za-z0-9.-]+:[0-9]+/)?[a-z0-9][a-z0-9._/-]*$` "write only the name of the image in lower case, such as shop/users; its tag is image.tag, its digest image.digest")
  (list "image.tag" `^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$` "write a tag of letters, digits and _ . -, such as 1.0.0")
  (list "image.digest" `^sha256:[0-9a-f]{64}$` "write sha256: and its 64 hexadecimal digits, as docker image ls --digests prints it")
  (list "global.imageRegistry" `^[A-Za-z0-9.-]+(:[0-9]+)?(/[a-z0-9._-]+)*$` "write the registry without https:// and without a slash at its end, such as registry.example.com"))) -}}
{{- end -}}

{{- define "platform.checkServiceForms" -}}
{{- $host := "write only the name in lower case, without https://, port and path, such as shop.example.com or *.example.com" -}}
{{- $hostForm := `^(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?$` -}}
{{- include "platform.checkRows" (dict "context" . "rows" (list
  (list "ingress.host" $hostForm $host)
  (list "ingress.extraHosts" $hostForm $host)
  (list "httpRoute.hostnames" $hostForm $host)
  (list "ingress.paths" "^/" "a path must start with a slash, so write one in front")
  (list "httpRoute.paths" "^/" "a path must start with a slash, so write one in front")
  (list "metrics.serviceMonitor.interval" "^[0-9]+(ms|s|m)$" "write a number with its unit ms, s or m, such as 30s")
  (list "metrics.rules.runbookUrl" `^https?://[^\s#]+$` "write a URL without #, such as https://git.example.com/duet/RUNBOOK.md")
  (list "tracing.endpoint" "^https?://.+$" "write the URL of a collector, such as http://collector:4318")
  (list "users.url" "^https?://.+$" "write the URL of its Service, such as http://users")
  (list "auth.adminEmail" "^[^@]+@[^@]+$" "write an e-mail address, such as admin@example.com")
  (list "auth.keys.signing" "^[A-Za-z0-9-]+$" "write a name of letters, digits and hyphens, such as key-2")
  (list "auth.keys.published" "^[A-Za-z0-9-]+$" "write names of letters, digits and hyphens, such as key-2"))) -}}
{{- end -}}
