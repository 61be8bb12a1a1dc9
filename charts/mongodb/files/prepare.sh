# Before mongod starts in a pod.
set -eu

# A mounted Secret is readable by its group here, and mongod refuses such a key.
umask 077
rm -f /run/keyfile/keyfile
cat /run/secrets/mongodb/keyfile >/run/keyfile/keyfile

# DNS may still have the address of the pod before. A mongod that does not find itself under its own name drops out of
# the replica set, and one that is its only member never comes back by itself.
until getent ahosts "$HOSTNAME.$MEMBER_DOMAIN" | grep -q "^$POD_IP "; do
  echo "waiting until $HOSTNAME.$MEMBER_DOMAIN is $POD_IP"
  sleep 1
done
