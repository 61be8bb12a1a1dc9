# Replaces every collection that the archive contains. The Job's name says which archive: restore-20260102t030405z.
set -euo pipefail
umask 077

refuse() {
  echo "refused: $1" >&2
  exit 1
}

stamp=$(grep --only-matching --extended-regexp '[0-9]{8}t[0-9]{6}z' <<<"$JOB" | tr tz TZ) ||
  refuse "the name of the Job, $JOB, must contain the time of an archive, such as restore-20260102t030405z"
archive=/backup/$DATABASE-$stamp.archive.gz

# Not while a backup runs, or it would archive half of a restore.
exec 9>/backup/lock
flock 9

# A Job that somebody applies again must not drop what was written since.
if grep --quiet --line-regexp --fixed-strings "$JOB" /backup/restored 2>/dev/null; then
  refuse "$JOB has restored this archive before; to do it again, use another name, such as $JOB-again"
fi
[ -f "$archive" ] || refuse "there is no $archive; there are: $(cd /backup && echo *.archive.gz)"
gzip --test "$archive"

uri="mongodb://restore:$(cat /run/secrets/mongodb/restore-password)@$MEMBERS/$DATABASE?replicaSet=rs0&authSource=admin"
printf 'uri: "%s"\n' "$uri" >/tmp/restore.yaml
printf '%s' "$uri" >/tmp/uri

# From here on nobody writes until the restore is complete, even if it fails: MongoDB refuses the service's user.
ACCESS=revoke mongosh --nodb --norc --quiet /scripts/connect.js /scripts/access.js
mongorestore --config=/tmp/restore.yaml --gzip --archive="$archive" --drop --stopOnError
echo "$JOB" >>/backup/restored
ACCESS=grant mongosh --nodb --norc --quiet /scripts/connect.js /scripts/access.js
echo "restored $archive"
