# Replaces every collection that the archive contains.
set -euo pipefail
umask 077

config=/tmp/restore.yaml
printf 'uri: "mongodb://restore:%s@%s/%s?replicaSet=rs0&authSource=admin"\n' \
  "$(cat /run/secrets/mongodb/restore-password)" "$MEMBERS" "$DATABASE" >"$config"

mongorestore --config="$config" --gzip --archive="/backup/$ARCHIVE" --drop --stopOnError
echo "restored $ARCHIVE"
