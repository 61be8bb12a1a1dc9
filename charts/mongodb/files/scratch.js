// Prints how many documents the scratch database holds, and drops it.
const scratch = connected().getDB(process.env.SCRATCH);
let documents = 0;
for (const name of scratch.getCollectionNames()) documents += scratch.getCollection(name).countDocuments({});
scratch.dropDatabase();
print(documents);
