// Runs before another script, which it gives a connection to the replica set. A pod that has just started may be refused
// for some seconds, until the network knows it, and mongosh does not try again.
const fs = require('fs');

const PATIENCE_MS = 30_000;

function connected(end = Date.now() + PATIENCE_MS) {
  try {
    // mongosh awaits what is assigned. What is returned it would not, and a refusal would be caught nowhere.
    const connection = new Mongo(fs.readFileSync('/tmp/uri', 'utf8'));
    return connection;
  } catch (error) {
    if (Date.now() >= end) throw error;
    sleep(1_000);
    return connected(end);
  }
}
