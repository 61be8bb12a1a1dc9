# Runs in an init container, before mongod starts.
set -eu

# With fsGroup, Kubernetes makes mounted Secrets readable by the group, and mongod refuses such a keyfile. So copy it.
umask 077
rm -f /run/prepared/keyfile
cat /run/secrets/mongodb/keyfile >/run/prepared/keyfile

# DNS caches may still have the address of the previous pod. A mongod that does not reach itself under its own name
# leaves the replica set, and a lone member never returns. So the name is in /etc/hosts.
cat /etc/hosts >/run/prepared/hosts
echo "$POD_IP $HOSTNAME.$MEMBER_DOMAIN" >>/run/prepared/hosts
