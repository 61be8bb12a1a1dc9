import * as z from 'zod';
import {secret} from '../config.ts';

/** A MongoDB connection string with a database name. `z.url()` would refuse the several hosts of a replica set. */
export const mongoUrl = z
  .string()
  .regex(/^mongodb(\+srv)?:\/\/[^/?\s]+\/[^/?\s]+(\?\S*)?$/u, 'must be mongodb://host,host/database');

/** The settings that a service with a MongoDB has beside those of every service; spread them into its schema. */
export const databaseSettings = {
  MONGO_URL: secret(mongoUrl.describe("Connection string of the service's MongoDB, with the database name")),
};

export type DatabaseConfig = z.output<z.ZodObject<typeof databaseSettings>>;
