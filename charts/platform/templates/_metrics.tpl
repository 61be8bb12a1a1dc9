{{/*
For the Prometheus operator. Alerts and dashboards of the chart select by a job, also where fullnameOverride or an alias
renames the objects.
*/}}
{{- define "platform.serviceMonitor" -}}
{{- with .Values.metrics.serviceMonitor -}}
{{- if .enabled -}}
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata:
  name: {{ include "platform.name" $ }}
  labels:
    {{- include "platform.labels" $ | nindent 4 }}
    {{- with .labels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  selector:
    matchLabels:
      {{- include "platform.selector" $ | nindent 6 }}
      app.kubernetes.io/component: ops
  endpoints:
    - port: ops
      interval: {{ .interval }}
      relabelings:
        - targetLabel: job
          replacement: {{ index $.Chart.Annotations "job" }}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "platform.rules" -}}
{{- with .Values.metrics.rules -}}
{{- if .enabled -}}
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: {{ include "platform.name" $ }}
  labels:
    {{- include "platform.labels" $ | nindent 4 }}
    {{- with .labels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  {{- $.Files.Get "files/alerts.yaml" | nindent 2 }}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* For the sidecar of the Grafana chart, which finds dashboards by these labels. */}}
{{- define "platform.dashboard" -}}
{{- with .Values.metrics.dashboards -}}
{{- if .enabled -}}
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ include "platform.name" $ }}-dashboard
  labels:
    {{- include "platform.labels" $ | nindent 4 }}
    {{- with .labels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
data:
  duet-{{ $.Chart.Name }}.json: |
    {{- $.Files.Get "files/dashboard.json" | nindent 4 }}
{{- end -}}
{{- end -}}
{{- end -}}
