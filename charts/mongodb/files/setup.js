// Makes the members one replica set and gives the application, backup and restore their users. Run again, it changes
// only what is missing: the Secret and the database agree afterwards, whatever was there before.
const fs = require('fs');

const {MEMBERS, DATABASE} = process.env;
const members = MEMBERS.split(',');
const read = key => fs.readFileSync(`/run/secrets/mongodb/${key}`, 'utf8').replace(/\s/g, '');
const NOT_YET_INITIALIZED = 94;

// The members know each other as __system with the key; so it works before any user exists, and from another pod.
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

// One at a time, and each caught up before the next: the majority must never be of members without data.
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
  const password = {pwd: read(key), roles, mechanisms: ['SCRAM-SHA-256']};
  if (admin.getUser(user)) admin.updateUser(user, password);
  else admin.createUser({user, ...password});
}

// Every member must say where it stands: one that lost its volume is empty, and is in the others' configuration.
untilDone('the replica set', () => {
  const states = members.map(member => untilDone(member, () => isInitialized(member)));
  if (states.some(({initialized}) => initialized)) addMissing();
  else initiate();
  return true;
});

untilDone('the users', () => {
  const admin = primary();
  setUser(admin, DATABASE, 'password', [{role: 'readWrite', db: DATABASE}]);
  setUser(admin, 'backup', 'backup-password', [{role: 'read', db: DATABASE}]);
  setUser(admin, 'restore', 'restore-password', [{role: 'readWrite', db: DATABASE}]);
  return true;
});
print('the replica set and its users are as they should be');
