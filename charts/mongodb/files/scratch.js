// Prints how many documents the scratch database holds, and drops it.
const fs = require('fs');

const scratch = new Mongo(fs.readFileSync('/tmp/uri', 'utf8')).getDB(process.env.SCRATCH);
let documents = 0;
for (const name of scratch.getCollectionNames()) documents += scratch.getCollection(name).countDocuments({});
scratch.dropDatabase();
print(documents);
