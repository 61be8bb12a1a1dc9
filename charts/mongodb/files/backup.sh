# Writes one archive of the service's database. It gets its final name only if it can be read back, and only then the
# oldest archives are deleted.
set -euo pipefail
umask 077

config=/tmp/backup.yaml
printf 'uri: "mongodb://backup:%s@%s/%s?replicaSet=rs0&authSource=admin"\n' \
  "$(cat /run/secrets/mongodb/backup-password)" "$MEMBERS" "$DATABASE" >"$config"

archive=/backup/$DATABASE-$(date -u +%Y%m%dT%H%M%SZ).archive.gz
rm -f /backup/*.part
mongodump --config="$config" --readPreference=secondaryPreferred --gzip --archive="$archive.part"
mongorestore --config="$config" --gzip --archive="$archive.part" --dryRun
mv "$archive.part" "$archive"

find /backup -name "$DATABASE-*.archive.gz" | sort --reverse | tail --lines="+$((KEEP + 1))" | xargs --no-run-if-empty rm --
echo "kept $archive"
