{{/* The Deployment of a service. What only it has comes from the templates "<chart>.env", ".secrets" and ".podAnnotations". */}}
{{- define "platform.deployment" -}}
{{- $name := include "platform.name" . -}}
{{- include "platform.checkRollout" . -}}
{{- include "platform.checkPublic" . -}}
{{- include "platform.checkMetrics" . -}}
{{- $env := include "platform.env" . -}}
{{- include "platform.checkEnv" (dict "chart" .Chart.Name "env" $env) -}}
{{- $secrets := include "platform.secrets" . | fromYamlArray -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ $name }}
  labels:
    {{- include "platform.labels" . | nindent 4 }}
spec:
  {{- if not .Values.autoscaling.enabled }}
  replicas: {{ .Values.replicaCount }}
  {{- end }}
  revisionHistoryLimit: 5
  minReadySeconds: {{ .Values.rollout.minReadySeconds }}
  progressDeadlineSeconds: {{ .Values.rollout.progressDeadlineSeconds }}
  # A new pod is ready before an old one goes; the default would first take a quarter of them away.
  strategy:
    type: RollingUpdate
    rollingUpdate:
      maxUnavailable: 0
      maxSurge: 1
  selector:
    matchLabels:
      {{- include "platform.selector" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "platform.labels" . | nindent 8 }}
        {{- if .Values.mongodb.enabled }}
        {{ include "platform.databaseName" . }}-client: "true"
        {{- end }}
        {{- range .Values.clientOf }}
        {{ . }}-client: "true"
        {{- end }}
        {{- with .Values.podLabels }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      {{- include "platform.podAnnotations" . | nindent 6 }}
    spec:
      serviceAccountName: {{ $name }}
      {{- include "platform.podSecurity" (dict "uid" 1000) | nindent 6 }}
      {{- include "platform.imagePullSecrets" . | nindent 6 }}
      terminationGracePeriodSeconds: {{ .Values.rollout.gracePeriodSeconds }}
      {{- include "platform.scheduling" . | nindent 6 }}
      {{- include "platform.spread" . | nindent 6 }}
      containers:
        - name: {{ .Chart.Name }}
          image: {{ include "platform.image" . }}
          imagePullPolicy: {{ .Values.image.pullPolicy }}
          {{- include "platform.serviceSecurity" . | nindent 10 }}
          ports:
            - name: http
              containerPort: 8080
            - name: ops
              containerPort: 9090
          env:
            {{- $env | nindent 12 }}
          {{- include "platform.probes" . | nindent 10 }}
          {{- if gt (int .Values.rollout.preStopSeconds) 0 }}
          lifecycle:
            # Endpoints are withdrawn at the same moment as the pod is told to end, and arrive later.
            preStop:
              sleep:
                seconds: {{ .Values.rollout.preStopSeconds }}
          {{- end }}
          resources:
            {{- toYaml .Values.resources | nindent 12 }}
          volumeMounts:
            {{- range $secrets }}
            - name: {{ .name }}
              mountPath: /run/secrets/{{ .name }}
              readOnly: true
            {{- end }}
            - name: tmp
              mountPath: /tmp
            {{- with .Values.extra.volumeMounts }}
            {{- toYaml . | nindent 12 }}
            {{- end }}
      volumes:
        {{- range $secrets }}
        - name: {{ .name }}
          secret:
            secretName: {{ .secret }}
            defaultMode: 0440
            items:
              {{- range .files }}
              - key: {{ . }}
                path: {{ . }}
              {{- end }}
        {{- end }}
        - name: tmp
          emptyDir:
            sizeLimit: 16Mi
        {{- with .Values.extra.volumes }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
{{- end -}}

{{- define "platform.env" -}}
- name: PORT
  value: "8080"
- name: OPS_PORT
  value: "9090"
- name: MONGO_URL_FILE
  value: /run/secrets/database/uri
- name: AUTH
  value: {{ .Values.auth.mode }}
- name: AUTH_ISSUER
  value: {{ .Values.auth.issuer | quote }}
- name: AUTH_AUDIENCE
  value: {{ .Values.auth.audience | quote }}
- name: DRAIN_MS
  value: {{ mul .Values.rollout.drainSeconds 1000 | quote }}
# What is left of the grace period after preStop, less a second to die in.
- name: SHUTDOWN_MS
  value: {{ mul (sub (sub .Values.rollout.gracePeriodSeconds .Values.rollout.preStopSeconds) 1) 1000 | quote }}
# Node's own; with its default of 4 a few hashes and slow lookups would hold each other up.
- name: UV_THREADPOOL_SIZE
  value: {{ .Values.threadPoolSize | quote }}
{{- with include (printf "%s.env" .Chart.Name) . }}
{{ . }}
{{- end }}
{{- range $key, $value := .Values.config }}
- name: {{ $key }}
  value: {{ $value | quote }}
{{- end }}
{{- if .Values.tracing.endpoint }}
{{ include "platform.tracingEnv" . }}
{{- end }}
{{- with .Values.extra.env }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* The Secrets that a service reads as files below /run/secrets. Its own come from the template "<chart>.secrets". */}}
{{- define "platform.secrets" -}}
- name: database
  secret: {{ include "platform.databaseSecret" . }}
  files: [uri]
{{- with include (printf "%s.secrets" .Chart.Name) . }}
{{ . }}
{{- end }}
{{- end -}}

{{/* OpenTelemetry's own variables; the pod and its node are known only when it is placed. */}}
{{- define "platform.tracingEnv" -}}
- name: OTEL_EXPORTER_OTLP_ENDPOINT
  value: {{ .Values.tracing.endpoint }}
- name: OTEL_TRACES_SAMPLER
  value: parentbased_traceidratio
- name: OTEL_TRACES_SAMPLER_ARG
  value: {{ .Values.tracing.ratio | quote }}
{{- range $name, $path := dict "POD_NAME" "metadata.name" "NODE_NAME" "spec.nodeName" }}
- name: {{ $name }}
  valueFrom:
    fieldRef:
      fieldPath: {{ $path }}
{{- end }}
- name: OTEL_RESOURCE_ATTRIBUTES
  value: service.version={{ .Values.image.tag | default .Chart.AppVersion }},k8s.namespace.name={{ .Release.Namespace }},k8s.pod.name=$(POD_NAME),k8s.node.name=$(NODE_NAME)
{{- end -}}

{{- define "platform.databaseName" -}}
{{- .Values.mongodb.fullnameOverride | default "mongodb" -}}
{{- end -}}

{{/* The Secret whose key `uri` is the service's database: its own MongoDB's, or the one given. */}}
{{- define "platform.databaseSecret" -}}
{{- if and .Values.mongodb.enabled .Values.database.existingSecret -}}
{{- fail (printf "%s: database.existingSecret names another database, but mongodb.enabled is true; set one of them" .Chart.Name) -}}
{{- else if .Values.mongodb.enabled -}}
{{- .Values.mongodb.existingSecret | default (include "platform.databaseName" .) -}}
{{- else -}}
{{- $name := required "mongodb.enabled is false: database.existingSecret must name a Secret with the key uri" .Values.database.existingSecret -}}
{{- include "platform.checkSecret" (dict "context" . "name" $name "keys" (list "uri")) -}}
{{- $name -}}
{{- end -}}
{{- end -}}

{{/* Read-only, but for the image of `skaffold dev`, into which changed files are written. */}}
{{- define "platform.serviceSecurity" -}}
{{- include "platform.containerSecurity" . | replace "readOnlyRootFilesystem: true" (printf "readOnlyRootFilesystem: %t" (not .Values.image.writable)) -}}
{{- end -}}

{{/* Liveness looks at nothing but the process: a database that is down must not restart the service. */}}
{{- define "platform.probes" -}}
startupProbe:
  httpGet:
    path: /livez
    port: ops
  periodSeconds: 1
  failureThreshold: 60
livenessProbe:
  httpGet:
    path: /livez
    port: ops
  periodSeconds: 10
  timeoutSeconds: 3
  failureThreshold: 3
readinessProbe:
  httpGet:
    path: /readyz
    port: ops
  periodSeconds: 2
  timeoutSeconds: 2
  failureThreshold: 2
{{- end -}}

{{/* Over hosts and zones, counted within one ReplicaSet, so that a rolling update spreads the new pods too. */}}
{{- define "platform.spread" -}}
topologySpreadConstraints:
  {{- range list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
  - maxSkew: 1
    topologyKey: {{ . }}
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "platform.selector" $ | nindent 8 }}
    matchLabelKeys:
      - pod-template-hash
  {{- end }}
{{- end -}}
