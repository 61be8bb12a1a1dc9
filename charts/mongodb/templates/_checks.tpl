{{/* Values and combinations of them that would install but not work, as in the charts of the services. */}}
{{- define "mongodb.checks" -}}
{{- include "platform.checkForms" . -}}
{{- include "mongodb.checkForms" . -}}
{{- include "mongodb.checkMembers" . -}}
{{- include "mongodb.checkSize" . -}}
{{- include "mongodb.checkArgs" . -}}
{{- include "mongodb.checkPods" . -}}
{{- include "platform.checkServiceAccount" . -}}
{{- end -}}

{{- define "mongodb.checkForms" -}}
{{- $size := "write a number with its unit Mi, Gi or Ti, such as 8Gi" -}}
{{- include "platform.checkRows" (dict "context" . "rows" (list
  (list "databaseName" "^[A-Za-z0-9_-]{1,38}$" "write at most 38 letters, digits, hyphens and underscores, such as shop")
  (list "extraArgs" "^--" "write two hyphens in front, such as --oplogSize=2048")
  (list "persistence.size" "^[0-9]+([.][0-9]+)?(Mi|Gi|Ti)$" $size)
  (list "backup.size" "^[0-9]+([.][0-9]+)?(Mi|Gi|Ti)$" $size)
  (list "backup.schedule" `^(@(hourly|daily|midnight|weekly|monthly)|\S+( \S+){4})$` "write five fields, such as 0 3 * * *, or @daily")
  (list "backup.timeZone" "^[A-Za-z_]+(/[A-Za-z0-9_+-]+)*$" "write a name such as Etc/UTC or Europe/Berlin"))) -}}
{{- end -}}

{{- define "mongodb.checkMembers" -}}
{{- if not (has (int .Values.replicaCount) (list 1 3)) -}}
{{- /* Two members have no majority after losing one. */ -}}
{{- fail (printf "%s: replicaCount is %v; a replica set must have 1 or 3 members, so write one of them" (include "platform.name" .) .Values.replicaCount) -}}
{{- end -}}
{{- if and .Values.persistence.dataSource (gt (int .Values.replicaCount) 1) -}}
{{- fail (printf "%s: persistence.dataSource would give each of %v members the same old data; set replicaCount: 1, then grow the set as docs/operations.md says" (include "platform.name" .) .Values.replicaCount) -}}
{{- end -}}
{{- end -}}

{{/* Kubernetes refuses another size for a StatefulSet that exists, without a way out. It may write 8192Mi as 8Gi. */}}
{{- define "mongodb.checkSize" -}}
{{- $set := lookup "apps/v1" "StatefulSet" .Release.Namespace (include "platform.name" .) | default dict -}}
{{- range dig "spec" "volumeClaimTemplates" list $set -}}
{{- $current := include "mongodb.mebibytes" .spec.resources.requests.storage -}}
{{- if and $current (ne $current (include "mongodb.mebibytes" $.Values.persistence.size)) -}}
{{- fail (printf "%s: persistence.size is %s, but the volumes have %s, which Kubernetes does not change in place; set that size, or run the commands below Grow a volume in docs/operations.md first" (include "platform.name" $) $.Values.persistence.size .spec.resources.requests.storage) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* mongod stops at an option that it gets twice, and no probe, Job or service would find it with the others. */}}
{{- define "mongodb.checkArgs" -}}
{{- range .Values.extraArgs -}}
{{- $option := . | trimPrefix "--" | regexFind "^[^=]+" -}}
{{- if has $option (list "bind_ip" "bind_ip_all" "ipv6" "port" "replSet" "keyFile" "dbpath" "wiredTigerCacheSizeGB" "noscripting" "slowms" "tlsMode") -}}
{{- fail (printf "%s: extraArgs sets --%s, which the chart sets itself or cannot work with; remove it" (include "platform.name" $) $option) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "mongodb.checkPods" -}}
{{- $client := printf "%s-client" (include "platform.name" .) -}}
{{- $own := list "app.kubernetes.io/name" "app.kubernetes.io/instance" "app.kubernetes.io/part-of" $client -}}
{{- include "platform.checkLabels" (dict "context" . "name" "podLabels" "labels" .Values.podLabels "own" $own) -}}
{{- include "platform.checkLabels" (dict "context" . "name" "jobPodLabels" "labels" .Values.jobPodLabels "own" $own) -}}
{{- include "platform.checkMounts" (dict
  "context" .
  "names" (list "extraVolumes" "extraVolumeMounts")
  "volumes" .Values.extraVolumes
  "mounts" .Values.extraVolumeMounts
  "own" (list "data" "scripts" "secret" "prepared" "configdb" "tmp")) -}}
{{- end -}}
