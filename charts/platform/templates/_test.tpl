{{/* `helm test` runs files/test.mjs in the service's image. NetworkPolicies admit the pod as a client of `calls`. */}}
{{- define "platform.test" -}}
{{- $name := include "platform.name" .context -}}
apiVersion: v1
kind: Pod
metadata:
  name: {{ $name }}-test
  labels:
    app.kubernetes.io/name: {{ $name }}-test
    app.kubernetes.io/instance: {{ .context.Release.Name | quote }}
    {{- range .calls }}
    {{ . }}-client: "true"
    {{- end }}
  annotations:
    helm.sh/hook: test
    helm.sh/hook-delete-policy: before-hook-creation
spec:
  restartPolicy: Never
  serviceAccountName: {{ .context.Values.serviceAccount.name | default $name }}
  {{- include "platform.podSecurity" .context | nindent 2 }}
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
