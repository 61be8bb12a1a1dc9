// Revokes the rights of the service's user while a restore runs, and grants them afterwards. Connections that are open
// lose them too.
const {ACCESS, DATABASE} = process.env;
const admin = connected().getDB('admin');
const roles = [{role: 'readWrite', db: DATABASE}];

if (ACCESS === 'revoke') admin.revokeRolesFromUser(DATABASE, roles, {w: 'majority'});
else admin.grantRolesToUser(DATABASE, roles, {w: 'majority'});
print(`${ACCESS}: readWrite of ${DATABASE}`);
