import * as z from 'zod';
import {secret} from '#platform/config.ts';
import {mongoUrl} from '#platform/settings.ts';

const port = z.coerce.number().int().min(1).max(65_535);

/** What `npm start` needs: where everything is on this machine. Each service's own settings are passed on to it. */
export const settings = z.object({
  USERS_PORT: port.default(3001).describe('Port of the users API'),
  USERS_OPS_PORT: port.default(9001).describe("Port of users' `/livez`, `/readyz` and `/metrics`"),
  USERS_MONGO_URL: secret(mongoUrl.optional().describe("users' MongoDB, if it is to be one of yours")),
  USERS_MONGO_PORT: port.default(27101).describe("Port of users' embedded MongoDB"),
  ORDERS_PORT: port.default(3002).describe('Port of the orders API'),
  ORDERS_OPS_PORT: port.default(9002).describe("Port of orders' `/livez`, `/readyz` and `/metrics`"),
  ORDERS_MONGO_URL: secret(mongoUrl.optional().describe("orders' MongoDB, if it is to be one of yours")),
  ORDERS_MONGO_PORT: port.default(27102).describe("Port of orders' embedded MongoDB"),
  DATA_FOLDER: z.string().default('.data').describe('Where the embedded MongoDBs keep their data'),
  RESTART_MS: z.coerce.number().int().min(0).default(10_000).describe('How long a part that died stays away'),
});

export type LocalConfig = z.output<typeof settings>;

export const serviceNames = ['users', 'orders'] as const;
export type ServiceName = (typeof serviceNames)[number];
