{{/* DNS is allowed by port, not by pod label: a node-local DNS cache runs on the host network and has no labels. */}}
{{- define "platform.dnsEgress" -}}
- ports:
    {{- range . }}
    - port: {{ . }}
      protocol: UDP
    - port: {{ . }}
      protocol: TCP
    {{- end }}
{{- end -}}

{{/* The name of a Service, if the `url` leads to one in the `namespace`. */}}
{{- define "platform.hostOf" -}}
{{- $host := (urlParse .url).host | regexFind "^[^:]+" -}}
{{- regexReplaceAll (printf "[.]%s([.]svc([.].+)?)?$" .namespace) $host "" -}}
{{- end -}}

{{- define "platform.portOf" -}}
{{- $url := urlParse . -}}
{{- regexFind "[0-9]+$" $url.host | default (ternary "443" "80" (eq $url.scheme "https")) -}}
{{- end -}}

{{/* For NOTES.txt: behind a proxy all clients have its address, unless the service is told of it. */}}
{{- define "platform.proxiesWarning" -}}
{{- if and (or .Values.ingress.enabled .Values.httpRoute.enabled) (eq (int .Values.config.TRUSTED_PROXIES) 0) }}

WARNING: all clients behind the Ingress or the Gateway count as one, so that one that asks too much has all of them
refused. Set config.TRUSTED_PROXIES to the number of proxies.
{{- end }}
{{- end -}}
