{{/*
The pod of a job: `context`, `job` (its name), `command`, `keys` (of the Secret, mounted as files), and optionally `env`,
`claim` (of the volume with the archives), `restartPolicy`, and `optional` (start without the Secret and the scripts, and
without the ServiceAccount of this release, since a hook may run before they exist).
*/}}
{{- define "mongodb.jobPod" -}}
metadata:
  labels:
    {{- include "mongodb.jobLabels" . | nindent 4 }}
    {{- with .context.Values.jobPodLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with include "mongodb.jobAnnotations" . | fromYaml }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  restartPolicy: {{ .restartPolicy | default "OnFailure" }}
  {{- if not (and .optional .context.Values.serviceAccount.create) }}
  serviceAccountName: {{ include "mongodb.serviceAccountName" .context }}
  {{- end }}
  {{- include "platform.podSecurity" .context | nindent 2 }}
  {{- include "platform.imagePullSecrets" .context | nindent 2 }}
  {{- include "platform.scheduling" .context | nindent 2 }}
  containers:
    - name: {{ .job }}
      image: {{ include "platform.image" .context }}
      imagePullPolicy: {{ .context.Values.image.pullPolicy }}
      command: {{ toJson .command }}
      env:
        - name: HOME
          value: /tmp
        - name: NAMESPACE
          valueFrom:
            fieldRef:
              fieldPath: metadata.namespace
        - name: MEMBERS
          value: {{ include "mongodb.members" (dict "context" .context "namespace" "$(NAMESPACE)") }}
        - name: DATABASE
          value: {{ include "mongodb.database" .context }}
        {{- if eq .job "restore" }}
        - name: JOB
          valueFrom:
            fieldRef:
              fieldPath: metadata.labels['batch.kubernetes.io/job-name']
        {{- end }}
        {{- range $key, $value := .env }}
        - name: {{ $key }}
          value: {{ $value | quote }}
        {{- end }}
        {{- with .context.Values.extraEnv }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      {{- include "platform.containerSecurity" .context | nindent 6 }}
      resources:
        {{- toYaml .context.Values.jobResources | nindent 8 }}
      volumeMounts:
        - name: scripts
          mountPath: /scripts
          readOnly: true
        - name: secret
          mountPath: /run/secrets/mongodb
          readOnly: true
        - name: tmp
          mountPath: /tmp
        {{- if .claim }}
        - name: backup
          mountPath: /backup
        {{- end }}
  volumes:
    - name: scripts
      configMap:
        name: {{ include "platform.name" .context }}
        {{- if .optional }}
        optional: true
        {{- end }}
    - name: secret
      secret:
        secretName: {{ include "mongodb.secretName" .context }}
        defaultMode: 0440
        {{- if .optional }}
        optional: true
        {{- end }}
        items:
          {{- range .keys }}
          - key: {{ . }}
            path: {{ . }}
          {{- end }}
    - name: tmp
      emptyDir:
        medium: Memory
        sizeLimit: 64Mi
    {{- if .claim }}
    - name: backup
      persistentVolumeClaim:
        claimName: {{ .claim }}
    {{- end }}
{{- end -}}
