import {Registry} from 'prom-client';
import {openStore} from '#platform/mongo/connection.ts';
import {createMongoMetrics} from '#platform/mongo/metrics.ts';
import {createReadiness} from '#platform/readiness.ts';

/** Reads a whole database. */
export type Content = {read(): Promise<string>; close(): Promise<void>};

/** Opens the database at this URL. Equal content is read as equal text. */
export const openContent = (url: string): Promise<Content> =>
  openStore(url, {readiness: createReadiness(), mongoMetrics: createMongoMetrics(new Registry())}, connection =>
    Promise.resolve({
      async read() {
        const collections = await connection.listCollections();
        const documents = collections
          .map(({name}) => name)
          .toSorted()
          .map(async name => [name, await connection.collection(name).find({}).sort({_id: 1}).toArray()]);
        return JSON.stringify(await Promise.all(documents));
      },
    }),
  );
