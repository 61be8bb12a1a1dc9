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
        {{- with .relabelings }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      {{- with .metricRelabelings }}
      metricRelabelings:
        {{- toYaml . | nindent 8 }}
      {{- end }}
{{- end -}}
{{- end -}}
{{- end -}}

{{/*
The same alerts as for a Prometheus without the operator, for this namespace only: otherwise a service in another
namespace would hide that this one is gone.
*/}}
{{- define "platform.alerts" -}}
{{- $job := printf `job="%s"` (index .Chart.Annotations "job") -}}
{{- $cronjob := printf `cronjob="%s-mongodb-backup"` (index .Chart.Annotations "job") -}}
{{- $namespace := printf `,namespace="%s"` .Release.Namespace -}}
{{- $alerts := .Files.Get "files/alerts.yaml" | replace $job (print $job $namespace) -}}
{{- if .Values.mongodb -}}
{{- $alerts = $alerts | replace $cronjob (printf `cronjob="%s-backup"%s` (include "platform.databaseName" .) $namespace) -}}
{{- end -}}
{{- with .Values.metrics.rules.runbookUrl -}}
{{- $alerts = $alerts | replace "runbook: observability/RUNBOOK.md#" (printf "runbook_url: %s#" .) -}}
{{- end -}}
{{- $alerts -}}
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
  {{- include "platform.alerts" $ | nindent 2 }}
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
