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
