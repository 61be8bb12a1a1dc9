{{- define "mongodb.database" -}}
{{- required "databaseName must name the application's database" .Values.databaseName -}}
{{- end -}}

{{- define "mongodb.secretName" -}}
{{- .Values.existingSecret | default (include "platform.name" .) -}}
{{- end -}}

{{/*
Stable DNS names, never addresses; without the cluster's domain, which is not everywhere cluster.local.
The replica set keeps these names in its configuration.
*/}}
{{- define "mongodb.members" -}}
{{- $name := include "platform.name" . -}}
{{- $members := list -}}
{{- range $ordinal := until (int .Values.replicaCount) -}}
{{- $members = append $members (printf "%s-%d.%s.%s.svc:27017" $name $ordinal $name $.Release.Namespace) -}}
{{- end -}}
{{- join "," $members -}}
{{- end -}}

{{/*
The passwords, once per rendering: given in values, else those that the cluster has, else new ones.
An upgrade that cannot see the cluster must not replace what the database was set up with.
*/}}
{{- define "mongodb.credentials" -}}
{{- if not (hasKey .Values "credentials") -}}
{{- $name := include "platform.name" . -}}
{{- $secret := lookup "v1" "Secret" .Release.Namespace $name | default dict -}}
{{- include "platform.checkReplaced" (dict "context" . "name" $name "secret" $secret "what" "passwords that the database has" "instead" "existingSecret") -}}
{{- $found := dict -}}
{{- range $key, $length := dict "keyfile" 64 "password" 32 "backup-password" 32 "restore-password" 32 -}}
{{- $current := dig "data" $key "" $secret | b64dec -}}
{{- $_ := set $found $key (dig $key "" $.Values.passwords | default $current | default (randAlphaNum $length)) -}}
{{- end -}}
{{- range $key, $value := omit $found "keyfile" -}}
{{- if not (regexMatch "^[A-Za-z0-9._~-]+$" $value) -}}
{{- fail (printf "%s: passwords.%s may have only letters, digits and . _ ~ -, since it becomes part of a connection string" $name $key) -}}
{{- end -}}
{{- end -}}
{{- $_ := set .Values "credentials" $found -}}
{{- end -}}
{{- end -}}

{{- define "mongodb.uri" -}}
{{- $database := include "mongodb.database" . -}}
{{- include "mongodb.credentials" . -}}
mongodb://{{ $database }}:{{ .Values.credentials.password }}@{{ include "mongodb.members" . }}/{{ $database }}?replicaSet=rs0&authSource=admin
{{- end -}}

{{/* All that the setup Job does: a Job cannot be changed, so another one has another name, and runs. */}}
{{- define "mongodb.setupHash" -}}
{{- $secrets := dict -}}
{{- if not .context.Values.existingSecret -}}
{{- include "mongodb.credentials" .context -}}
{{- $secrets = .context.Values.credentials -}}
{{- end -}}
{{- list .pod (.context.Files.Get "files/setup.js") .context.Values.setup.revision $secrets | toJson | sha256sum | trunc 8 -}}
{{- end -}}

{{/* Half of what the limit leaves above 1 GiB, at least the 0.25 GB that mongod takes; in GB for its option. */}}
{{- define "mongodb.cacheSizeGB" -}}
{{- $limit := .Values.resources.limits.memory | toString -}}
{{- $mebibytes := 0.0 -}}
{{- if hasSuffix "Gi" $limit -}}
{{- $mebibytes = mulf (trimSuffix "Gi" $limit | float64) 1024 -}}
{{- else if hasSuffix "Mi" $limit -}}
{{- $mebibytes = trimSuffix "Mi" $limit | float64 -}}
{{- else -}}
{{- fail (printf "%s: resources.limits.memory is %s; write it in Mi or Gi" (include "platform.name" .) $limit) -}}
{{- end -}}
{{- if lt $mebibytes 512.0 -}}
{{- fail (printf "%s: resources.limits.memory is %s; mongod needs at least 512Mi" (include "platform.name" .) $limit) -}}
{{- end -}}
{{- max 250 (divf (subf $mebibytes 1024) 2.048 | floor | int) | float64 | mulf 0.001 -}}
{{- end -}}

{{/* A data-bearing set of two has no majority without both; and members are never taken away by an upgrade. */}}
{{- define "mongodb.checkReplicas" -}}
{{- $name := include "platform.name" . -}}
{{- if not (has (int .Values.replicaCount) (list 1 3)) -}}
{{- fail (printf "%s: replicaCount is %v; a replica set here has 1 or 3 members" $name .Values.replicaCount) -}}
{{- end -}}
{{- $running := lookup "apps/v1" "StatefulSet" .Release.Namespace $name | default dict | dig "spec" "replicas" 0 -}}
{{- if gt (int $running) (int .Values.replicaCount) -}}
{{- fail (printf "%s: replicaCount is %v, but %v members run; remove them from the replica set first" $name .Values.replicaCount $running) -}}
{{- end -}}
{{- end -}}

{{/* A pod that talks to the members and serves nobody: setup, backup, restore. */}}
{{- define "mongodb.jobLabels" -}}
app.kubernetes.io/name: {{ include "platform.name" .context }}-{{ .job }}
app.kubernetes.io/instance: {{ .context.Release.Name }}
{{ include "platform.name" .context }}-client: "true"
{{- end -}}
