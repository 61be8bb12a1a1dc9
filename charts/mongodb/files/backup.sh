# Writes one archive of the service's database. It gets its final name only when it has been restored into a scratch
# database with as many documents, and only then the oldest archives are deleted.
set -euo pipefail
umask 077

server="mongodb://backup:$(cat /run/secrets/mongodb/backup-password)@$MEMBERS"
options='replicaSet=rs0&authSource=admin'
printf 'uri: "%s"\n' "$server/$DATABASE?$options" >/tmp/dump.yaml
printf 'uri: "%s"\n' "$server/?$options" >/tmp/restore.yaml
printf '%s' "$server/?$options" >/tmp/uri
export SCRATCH=$DATABASE-scratch

# Not while a restore or another backup runs.
exec 9>/backup/lock
flock 9

archives() { find /backup -name "$DATABASE-*.archive.gz" | sort -r; }
if [ -n "${FIRST:-}" ] && [ -n "$(archives)" ]; then
  echo "there is a backup already"
  exit
fi

stamp=$(date -u +%Y%m%dT%H%M%SZ)
archive=/backup/$DATABASE-$stamp.archive.gz
rm -f /backup/*.part
mongodump --config=/tmp/dump.yaml --readPreference=secondaryPreferred --gzip --archive="$archive.part" 2>&1 |
  tee /tmp/dump.log
dumped=$(sed -n 's/.*done dumping .* (\([0-9]*\) documents*)$/\1/p' /tmp/dump.log | awk '{sum += $1} END {print sum + 0}')

gzip --test "$archive.part"
scratch() { mongosh --nodb --norc --quiet /scripts/connect.js /scripts/scratch.js; }
scratch >/dev/null # what an earlier run has left
mongorestore --config=/tmp/restore.yaml --gzip --archive="$archive.part" --stopOnError \
  --nsInclude="$DATABASE.*" --nsFrom="$DATABASE.*" --nsTo="$SCRATCH.*"
restored=$(scratch)
if [ "$restored" != "$dumped" ]; then
  echo "refused: the archive has $dumped documents, and $restored of them can be restored" >&2
  exit 1
fi
mv "$archive.part" "$archive"

archives | tail -n "+$((KEEP + 1))" | xargs rm -f --
echo "kept $archive with $dumped documents, all of which can be restored"
echo "to restore it: kubectl create job --from=cronjob/$RESTORE restore-$(tr TZ tz <<<"$stamp")"
