{{/* The name of the database is also that of its user; backup and restore have users of these names. */}}
{{- define "mongodb.database" -}}
{{- if has (lower .Values.databaseName) (list "admin" "config" "local" "backup" "restore") -}}
{{- fail (printf "%s: databaseName is %s, which MongoDB or this chart uses itself; choose another name" (include "platform.name" .) .Values.databaseName) -}}
{{- end -}}
{{- required (printf "%s: databaseName is empty; set it, such as shop" (include "platform.name" .)) .Values.databaseName -}}
{{- end -}}

{{- define "mongodb.secretName" -}}
{{- .Values.existingSecret | default (include "platform.name" .) -}}
{{- end -}}

{{/*
The replica set stores these names in its configuration, so they must outlive every pod: DNS names, not addresses, and
without the cluster's domain, which is not cluster.local everywhere. The namespace may be a variable of the container, so
that plain objects work in any namespace.
*/}}
{{- define "mongodb.members" -}}
{{- $name := include "platform.name" .context -}}
{{- $members := list -}}
{{- range $ordinal := until (int .context.Values.replicaCount) -}}
{{- $members = append $members (printf "%s-%d.%s.%s.svc:27017" $name $ordinal $name $.namespace) -}}
{{- end -}}
{{- join "," $members -}}
{{- end -}}

{{/*
The passwords, decided once per rendering so that every object gets the same ones: those in values, else those in the
cluster, else random ones.
*/}}
{{- define "mongodb.credentials" -}}
{{- if not (hasKey .Values "credentials") -}}
{{- $name := include "platform.name" . -}}
{{- $secret := lookup "v1" "Secret" .Release.Namespace $name | default dict -}}
{{- include "platform.checkReplaced" (dict "context" . "name" $name "secret" $secret "what" "passwords of the database" "instead" "existingSecret") -}}
{{- include "mongodb.checkKeyfile" (dict "name" $name "given" .Values.passwords.keyfile "current" (dig "data" "keyfile" "" $secret | b64dec)) -}}
{{- $found := dict -}}
{{- range $key, $length := dict "keyfile" 64 "password" 32 "backup-password" 32 "restore-password" 32 -}}
{{- $current := dig "data" $key "" $secret | b64dec -}}
{{- $_ := set $found $key (dig $key "" $.Values.passwords | default $current | default (randAlphaNum $length)) -}}
{{- end -}}
{{- range $key, $value := omit $found "keyfile" -}}
{{- if not (regexMatch "^[A-Za-z0-9._~-]+$" $value) -}}
{{- fail (printf "%s: passwords.%s may contain only letters, digits and . _ ~ -, because it becomes part of a connection string; make one with openssl rand -hex 16" $name $key) -}}
{{- end -}}
{{- end -}}
{{- $_ := set .Values "credentials" $found -}}
{{- end -}}
{{- end -}}

{{/* mongod refuses another form, and members with another keyfile than the rest. It ignores whitespace. */}}
{{- define "mongodb.checkKeyfile" -}}
{{- $given := regexReplaceAll "\\s" .given "" -}}
{{- if and .given (or (not (regexMatch "^[A-Za-z0-9+/=]+$" $given)) (lt (len $given) 6) (gt (len $given) 1024)) -}}
{{- fail (printf "%s: passwords.keyfile must have 6 to 1024 characters of base64 (letters, digits and + / =), or mongod does not start; make one with openssl rand -base64 48" .name) -}}
{{- end -}}
{{- if and .given .current (ne $given (regexReplaceAll "\\s" .current "")) -}}
{{- fail (printf "%s: passwords.keyfile differs from the keyfile in the Secret %s, and members with different keyfiles do not accept each other; give the one in the Secret, or none" .name .name) -}}
{{- end -}}
{{- end -}}

{{- define "mongodb.uri" -}}
{{- $database := include "mongodb.database" . -}}
{{- include "mongodb.credentials" . -}}
mongodb://{{ $database }}:{{ .Values.credentials.password }}@{{ include "mongodb.members" (dict "context" . "namespace" .Release.Namespace) }}/{{ $database }}?replicaSet=rs0&authSource=admin
{{- end -}}

{{/* A Job is immutable, so its name contains a hash of its inputs: when they change, the upgrade runs a new Job. */}}
{{- define "mongodb.setupHash" -}}
{{- $secrets := dict -}}
{{- if not .context.Values.existingSecret -}}
{{- include "mongodb.credentials" .context -}}
{{- $secrets = .context.Values.credentials -}}
{{- end -}}
{{- list .pod (.context.Files.Get "files/setup.js") .context.Values.setup.revision $secrets | toJson | sha256sum | trunc 8 -}}
{{- end -}}

{{/* A quantity such as 1.5Gi in Mi; nothing for other units. */}}
{{- define "mongodb.mebibytes" -}}
{{- $quantity := . -}}
{{- with regexFind "(Mi|Gi|Ti)$" . -}}
{{- mulf (trimSuffix . $quantity | float64) (index (dict "Mi" 1 "Gi" 1024 "Ti" 1048576) .) -}}
{{- end -}}
{{- end -}}

{{/* MongoDB's own rule, in GB: half of the memory above 1 GiB, and at least 0.25. */}}
{{- define "mongodb.cacheSizeGB" -}}
{{- $limit := .Values.resources.limits.memory | toString -}}
{{- if not (regexMatch "(Mi|Gi)$" $limit) -}}
{{- fail (printf "%s: resources.limits.memory is %s; write it in Mi or Gi" (include "platform.name" .) $limit) -}}
{{- end -}}
{{- $mebibytes := include "mongodb.mebibytes" $limit | float64 -}}
{{- if lt $mebibytes 512.0 -}}
{{- fail (printf "%s: resources.limits.memory is %s; set at least 512Mi, which mongod needs" (include "platform.name" .) $limit) -}}
{{- end -}}
{{- max 250 (divf (subf $mebibytes 1024) 2.048 | floor | int) | float64 | mulf 0.001 -}}
{{- end -}}

{{/* Labels of the pods of the jobs. NetworkPolicies admit them to the members as clients. */}}
{{- define "mongodb.jobLabels" -}}
app.kubernetes.io/name: {{ include "platform.name" .context }}-{{ .job }}
app.kubernetes.io/instance: {{ .context.Release.Name | quote }}
{{ include "platform.name" .context }}-client: "true"
{{- end -}}

{{/* A node that goes must not end a backup or a restore half way. */}}
{{- define "mongodb.jobAnnotations" -}}
{{- $stay := dict "cluster-autoscaler.kubernetes.io/safe-to-evict" "false" "karpenter.sh/do-not-disrupt" "true" -}}
{{- merge dict .context.Values.jobPodAnnotations (ternary $stay dict (has .job (list "backup" "restore"))) | toYaml -}}
{{- end -}}

{{- define "mongodb.serviceAccountName" -}}
{{- .Values.serviceAccount.name | default (include "platform.name" .) -}}
{{- end -}}
