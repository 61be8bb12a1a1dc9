# Before mongod starts in a pod.
set -eu

# A mounted Secret is readable by its group here, and mongod refuses such a key.
umask 077
rm -f /run/prepared/keyfile
cat /run/secrets/mongodb/keyfile >/run/prepared/keyfile

# DNS may still have the address of the pod before, for as long as any of its caches. A mongod that does not find itself
# under its own name drops out of its replica set, and a lone member never comes back: so it asks no DNS for that name.
cat /etc/hosts >/run/prepared/hosts
echo "$POD_IP $HOSTNAME.$MEMBER_DOMAIN" >>/run/prepared/hosts
