// Refuses an upgrade or a rollback to fewer pods than the replica set has members: the rest would have no majority.
const fs = require('fs');

const {MEMBERS} = process.env;
const keyfile = '/run/secrets/mongodb/keyfile';

// The lists of hosts grow at the end, and there are never more than three.
const [first] = MEMBERS.split(',');
const hosts = [0, 1, 2].map(ordinal => first.replace('-0.', `-${ordinal}.`));

// A pod that has just started may reach nobody for some seconds, until the network knows it.
const PATIENCE_MS = 30_000;

/** The hosts in the configuration of the set. A set that does not answer is asked again, while there is time. */
function configured(end = Date.now() + PATIENCE_MS) {
  const errors = [];
  const members = ask(errors);
  if (members.length === 0 && Date.now() < end) {
    sleep(1_000);
    return configured(end);
  }
  errors.forEach(error => print(error));
  return members;
}

/** The same, from any member that answers now. */
function ask(errors) {
  const login = `__system:${encodeURIComponent(fs.readFileSync(keyfile, 'utf8').replace(/\s/g, ''))}`;
  const options = 'authSource=local&authMechanism=SCRAM-SHA-256&serverSelectionTimeoutMS=3000&directConnection=true';
  for (const host of hosts) {
    try {
      const admin = new Mongo(`mongodb://${login}@${host}/?${options}`).getDB('admin');
      return admin.adminCommand({replSetGetConfig: 1}).config.members.map(member => member.host);
    } catch (error) {
      errors.push(`${host}: ${error.message}`);
    }
  }
  return [];
}

// A set that does not answer for so long passes, or no upgrade could repair it.
const members = fs.existsSync(keyfile) ? configured() : [];
const left = members.filter(host => hosts.includes(host) && !MEMBERS.split(',').includes(host));
if (left.length > 0) {
  print(
    `refused: the replica set has ${members.length} members, and this revision has pods for ${MEMBERS.split(',').length}.`,
  );
  print(`First remove ${left.join(' and ')} from the set, as docs/operations.md says.`);
  print(
    'If this was a rollback, helm rollback to the revision that was deployed before makes upgrades possible again.',
  );
  quit(1);
}
print(members.length > 0 ? `the replica set has ${members.length} members` : 'no member answers');
