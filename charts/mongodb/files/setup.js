// Initiates the replica set and creates the users of the application, backup and restore. It is safe to run again: it
// adds missing members and users, and sets every password to the one in the Secret.
const fs = require('fs');

const {MEMBERS, DATABASE} = process.env;
const members = MEMBERS.split(',');
const read = key => fs.readFileSync(`/run/secrets/mongodb/${key}`, 'utf8').replace(/\s/g, '');
const NOT_YET_INITIALIZED = 94;

// Log in like a member: as __system, with the keyfile. That works before any user exists, and from another pod.
const login = `__system:${encodeURIComponent(read('keyfile'))}`;
const connect = (hosts, options) =>
  new Mongo(
    `mongodb://${login}@${hosts}/?authSource=local&authMechanism=SCRAM-SHA-256&serverSelectionTimeoutMS=5000&${options}`,
  );

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

function isInitialized(member) {
  try {
    connect(member, 'directConnection=true').getDB('admin').adminCommand({replSetGetStatus: 1});
    return {initialized: true};
  } catch (error) {
    if (error.code === NOT_YET_INITIALIZED) return {initialized: false};
    throw error;
  }
}

function initiate() {
  const config = {_id: 'rs0', members: members.map((host, id) => ({_id: id, host}))};
  connect(members[0], 'directConnection=true').getDB('admin').adminCommand({replSetInitiate: config});
  print(`initiated rs0 with ${members.join(', ')}`);
}

const primary = () => connect(members.join(','), 'replicaSet=rs0').getDB('admin');

// One at a time, each caught up before the next. Otherwise members without data could be the majority.
function addMissing() {
  for (const host of members) {
    const {config} = primary().adminCommand({replSetGetConfig: 1});
    if (config.members.some(member => member.host === host)) continue;

    const id = 1 + Math.max(...config.members.map(member => member._id));
    const grown = {...config, version: config.version + 1, members: [...config.members, {_id: id, host}]};
    untilDone(`the set to take ${host}`, () => primary().adminCommand({replSetReconfig: grown}));
    untilDone(`${host} to catch up`, () => stateOf(host) === 'SECONDARY');
    print(`added ${host}`);
  }
}

const stateOf = host =>
  primary()
    .adminCommand({replSetGetStatus: 1})
    .members.find(member => member.name === host).stateStr;

function setUser(admin, user, key, roles) {
  const found = admin.getUser(user);
  // A restore runs, or has failed: only a restore that is complete gives the service's user its rights back.
  const isLocked = user === DATABASE && found && found.roles.length === 0;
  const password = {pwd: read(key), roles: isLocked ? [] : roles, mechanisms: ['SCRAM-SHA-256']};
  if (found) admin.updateUser(user, password);
  else admin.createUser({user, ...password});
}

// Ask every member: one that lost its volume looks new, but the others have it in their configuration. A second replica
// set must never be initiated.
untilDone('the replica set', () => {
  const states = members.map(member => untilDone(member, () => isInitialized(member)));
  if (states.some(({initialized}) => initialized)) addMissing();
  else initiate();
  return true;
});

untilDone('the users', () => {
  const admin = primary();
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
  return true;
});
print('the replica set and its users are up to date');
