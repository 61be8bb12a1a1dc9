# Writes one archive of the service's database. It gets its final name only if it can be read back, and only then the
# oldest archives are deleted.
set -euo pipefail
umask 077

config=/tmp/backup.yaml
printf 'uri: "mongodb://backup:%s@%s/%s?replicaSet=rs0&authSource=admin"\n' \
  "$(cat /run/secrets/mongodb/backup-password)" "$MEMBERS" "$DATABASE" >"$config"

# Not while a restore or another backup runs.
exec 9>/backup/lock
flock 9

archives() { find /backup -name "$DATABASE-*.archive.gz" | sort --reverse; }
if [ -n "${FIRST:-}" ] && [ -n "$(archives)" ]; then
  echo "there is a backup already"
  exit
fi

stamp=$(date -u +%Y%m%dT%H%M%SZ)
archive=/backup/$DATABASE-$stamp.archive.gz
rm -f /backup/*.part
mongodump --config="$config" --readPreference=secondaryPreferred --gzip --archive="$archive.part"
mongorestore --config="$config" --gzip --archive="$archive.part" --dryRun
mv "$archive.part" "$archive"

archives | tail --lines="+$((KEEP + 1))" | xargs --no-run-if-empty rm --
echo "kept $archive"
echo "to restore it: kubectl create job --from=cronjob/$RESTORE restore-$(tr TZ tz <<<"$stamp")"
