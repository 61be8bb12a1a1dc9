{{/*
The service's pods are closed both ways: in come the pods that carry "<name>-client", those that `callers` names, and
metrics; out go DNS, the own database, and the services that it is a client of.
*/}}
{{- define "platform.networkPolicy" -}}
{{- if .Values.networkPolicy.enabled -}}
{{- $name := include "platform.name" . -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ $name }}
  labels:
    {{- include "platform.labels" . | nindent 4 }}
spec:
  podSelector:
    matchLabels:
      {{- include "platform.selector" . | nindent 6 }}
  policyTypes:
    - Ingress
    - Egress
  ingress:
    - from:
        - podSelector:
            matchLabels:
              {{ $name }}-client: "true"
        {{- with .Values.networkPolicy.callers }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      ports:
        - port: http
    {{- with .Values.networkPolicy.metricsFrom }}
    - from:
        {{- toYaml . | nindent 8 }}
      ports:
        - port: ops
    {{- end }}
  egress:
    {{- include "platform.dnsEgress" .Values.networkPolicy.dnsPorts | nindent 4 }}
    {{- if .Values.mongodb.enabled }}
    - to:
        - podSelector:
            matchLabels:
              app.kubernetes.io/name: {{ include "platform.databaseName" . }}
      ports:
        - port: 27017
    {{- else }}
    {{- include "platform.nonEmpty" (list .Values.networkPolicy.databaseEgress "mongodb.enabled is false: networkPolicy.databaseEgress must say where the database is (or set networkPolicy.enabled: false)") | nindent 4 }}
    {{- end }}
    {{- range .Values.clientOf }}
    - to:
        - podSelector:
            matchLabels:
              app.kubernetes.io/name: {{ . }}
      ports:
        - port: http
    {{- end }}
    {{- with .Values.tracing.endpoint }}
    # To wherever the collector is: it may be of another namespace, or outside.
    - ports:
        - port: {{ include "platform.portOf" . }}
    {{- end }}
    {{- with .Values.networkPolicy.extraEgress }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end -}}
{{- end -}}

{{- define "platform.portOf" -}}
{{- $url := urlParse . -}}
{{- regexFind "[0-9]+$" $url.host | default (ternary "443" "80" (eq $url.scheme "https")) -}}
{{- end -}}

{{/* `helm test`: a pod of the service's own image that runs the chart's files/test.mjs as a caller of these services. */}}
{{- define "platform.test" -}}
{{- $name := include "platform.name" .context -}}
apiVersion: v1
kind: Pod
metadata:
  name: {{ $name }}-test
  labels:
    app.kubernetes.io/name: {{ $name }}-test
    app.kubernetes.io/instance: {{ .context.Release.Name }}
    {{- range .calls }}
    {{ . }}-client: "true"
    {{- end }}
  annotations:
    helm.sh/hook: test
    helm.sh/hook-delete-policy: before-hook-creation
spec:
  restartPolicy: Never
  {{- include "platform.podSecurity" (dict "uid" 1000) | nindent 2 }}
  {{- include "platform.imagePullSecrets" .context | nindent 2 }}
  containers:
    - name: test
      image: {{ include "platform.image" .context }}
      imagePullPolicy: {{ .context.Values.image.pullPolicy }}
      command: [node, --input-type=module, --eval]
      args:
        - |
          {{- .context.Files.Get "files/test.mjs" | nindent 10 }}
      {{- include "platform.containerSecurity" .context | nindent 6 }}
      env:
        {{- range $key, $value := .env }}
        - name: {{ $key }}
          value: {{ $value | quote }}
        {{- end }}
      resources:
        requests:
          cpu: 10m
          memory: 64Mi
        limits:
          memory: 128Mi
{{- end -}}
