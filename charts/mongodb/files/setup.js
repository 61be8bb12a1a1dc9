// Initiates the replica set and creates the users of the application, backup and restore. It is safe to run again: it
// adds missing members and users, and sets every password to the one in the Secret.
const fs = require('fs');

const {MEMBERS, DATABASE} = process.env;
const members = MEMBERS.split(',');
const read = key => fs.readFileSync(`/run/secrets/mongodb/${key}`, 'utf8').replace(/\s/g, '');
const NOT_YET_INITIALIZED = 94;
const NOT_IN_CONFIGURATION = 93;

// Log in like a member: as __system, with the keyfile. That works before any user exists, and from another pod.
const login = `__system:${encodeURIComponent(read('keyfile'))}`;

function withAdmin(hosts, options, use) {
  const client = new Mongo(
    `mongodb://${login}@${hosts}/?authSource=local&authMechanism=SCRAM-SHA-256&serverSelectionTimeoutMS=5000&${options}`,
  );
  try {
    // mongosh awaits what is assigned. What is returned it would not, and the client would be closed before.
    const result = use(client.getDB('admin'));
    return result;
  } finally {
    client.close();
  }
}

const onMember = (member, use) => withAdmin(member, 'directConnection=true', use);
const onPrimary = use => withAdmin(members.join(','), 'replicaSet=rs0', use);

function untilDone(what, attempt) {
  for (;;) {
    try {
      const result = attempt();
      if (result) return result;
      print(`waiting for ${what}`);
    } catch (error) {
      print(`waiting for ${what}: ${error.message}`);
    }
    sleep(1000);
  }
}

function stateOf(member) {
  try {
    onMember(member, admin => admin.adminCommand({replSetGetStatus: 1}));
    return 'initialized';
  } catch (error) {
    if (error.code === NOT_YET_INITIALIZED) return 'new';
    // It was in the set and was removed from it.
    if (error.code === NOT_IN_CONFIGURATION) return 'initialized';
    print(`${member}: ${error.message}`);
    return 'silent';
  }
}

function initiate() {
  const config = {_id: 'rs0', members: members.map((host, id) => ({_id: id, host}))};
  onMember(members[0], admin => admin.adminCommand({replSetInitiate: config}));
  print(`initiated rs0 with ${members.join(', ')}`);
}

function setUser(admin, user, key, roles) {
  const password = {pwd: read(key), mechanisms: ['SCRAM-SHA-256']};
  if (!admin.getUser(user)) admin.createUser({user, roles, ...password});
  // A restore revokes the rights of the service's user while it runs, so setup never grants them again.
  else if (user === DATABASE) admin.updateUser(user, password);
  else admin.updateUser(user, {roles, ...password});
}

function setUsers(admin) {
  setUser(admin, DATABASE, 'password', [{role: 'readWrite', db: DATABASE}]);
  setUser(admin, 'backup', 'backup-password', [
    {role: 'read', db: DATABASE},
    // To restore each archive into a database of its own, and to drop that.
    {role: 'readWrite', db: `${DATABASE}-scratch`},
    {role: 'dbAdmin', db: `${DATABASE}-scratch`},
  ]);
  setUser(admin, 'restore', 'restore-password', [
    {role: 'readWrite', db: DATABASE},
    // To revoke the rights of the service's user, and to grant them again.
    {role: 'userAdmin', db: DATABASE},
  ]);
}

const hasCaughtUp = admin =>
  admin
    .adminCommand({replSetGetStatus: 1})
    .members.every(({stateStr}) => stateStr === 'PRIMARY' || stateStr === 'SECONDARY');

// One at a time, each caught up before the next. Otherwise members without data could be the majority.
function add(admin, host) {
  const {config} = admin.adminCommand({replSetGetConfig: 1});
  if (config.members.some(member => member.host === host)) return 'there';
  if (!hasCaughtUp(admin)) return undefined;

  const id = 1 + Math.max(...config.members.map(member => member._id));
  admin.adminCommand({
    replSetReconfig: {...config, version: config.version + 1, members: [...config.members, {_id: id, host}]},
  });
  return 'added';
}

// A member that lost its volume looks new, but the others have it in their configuration, and a second replica set must
// never be initiated: so only if every member answers and is new.
untilDone('the members', () => {
  const states = members.map(stateOf);
  if (states.includes('initialized')) return true;
  if (!states.every(state => state === 'new')) return false;
  initiate();
  return true;
});

// Before new members, since they need only a majority: a password must not wait for a member that is down.
untilDone('the users', () => {
  onPrimary(setUsers);
  return true;
});

for (const host of members) {
  const result = untilDone(`the set to take ${host}`, () => onPrimary(admin => add(admin, host)));
  if (result === 'added') untilDone(`${host} to catch up`, () => onPrimary(hasCaughtUp));
  print(`${host}: ${result}`);
}
print('the replica set and its users are up to date');
