{{/* For Prometheus's operator. The job is the service's name, whatever its objects are called: alerts and dashboards ask by it. */}}
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
          replacement: {{ $.Chart.Name }}
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

{{/* For the sidecar of Grafana's chart, which finds it by its labels. */}}
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

{{- define "platform.podAnnotations" -}}
{{- $scrape := dict "prometheus.io/scrape" "true" "prometheus.io/port" "9090" "prometheus.io/path" "/metrics" -}}
{{- $own := include (printf "%s.podAnnotations" .Chart.Name) . | fromYaml -}}
{{- with merge dict .Values.podAnnotations (ternary $scrape dict .Values.metrics.scrapeAnnotations) $own }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* A Prometheus that the policies keep out would find targets and read none of them. */}}
{{- define "platform.checkMetrics" -}}
{{- if and (or .Values.metrics.serviceMonitor.enabled .Values.metrics.scrapeAnnotations) .Values.networkPolicy.enabled (not .Values.networkPolicy.metricsFrom) -}}
{{- fail (printf "%s: metrics.serviceMonitor or metrics.scrapeAnnotations calls for a Prometheus that the network policy keeps out; networkPolicy.metricsFrom must say where it is" .Chart.Name) -}}
{{- end -}}
{{- end -}}
