import {globSync} from 'node:fs';
import {basename, dirname} from 'node:path';
import type * as z from 'zod';

/** The services of this repository by name: every folder of `services` with a main.ts, in alphabetical order. */
export const serviceNames: readonly string[] = globSync('services/*/main.ts')
  .map(file => basename(dirname(file)))
  .toSorted();

/** A service as its own settings describe it; `port` and `opsPort` are the defaults of PORT and OPS_PORT. */
export type Service = {name: string; settings: z.ZodObject; port: number; opsPort: number};

/** Every service, ordered by API port, so that users comes before orders, which calls it. */
export async function readServices(): Promise<Service[]> {
  const services = await Promise.all(serviceNames.map(readService));
  return services.toSorted((one, other) => one.port - other.port);
}

async function readService(name: string): Promise<Service> {
  const settings = await settingsOf(name);
  const defaultOf = (setting: string): number => (settings.shape[setting] as z.ZodType<number>).parse(undefined);
  return {name, settings, port: defaultOf('PORT'), opsPort: defaultOf('OPS_PORT')};
}

/** The schema that a service reads its environment by. */
export async function settingsOf(name: string): Promise<z.ZodObject> {
  const {settings} = (await import(`../services/${name}/config.ts`)) as {settings: z.ZodObject};
  return settings;
}

/** The OpenAPI document of a service, made from its routes. */
export async function documentOf(name: string): Promise<object> {
  const {document} = (await import(`../services/${name}/routes.ts`)) as {document: object};
  return document;
}

/** How the settings of other programs begin that are about this service: USERS for users. */
export const prefixOf = (name: string): string => name.toUpperCase().replaceAll('-', '_');

/** The services that this one calls: those whose address is one of its settings, as USERS_URL. */
export const neighboursOf = ({settings}: Pick<Service, 'settings'>): string[] =>
  serviceNames.filter(name => `${prefixOf(name)}_URL` in settings.shape);

/** Whether this service has a MongoDB: one that only answers from what it is asked and from its neighbours has none. */
export const hasDatabase = ({settings}: Pick<Service, 'settings'>): boolean => 'MONGO_URL' in settings.shape;

/** Whether this service signs the tokens that the others verify. */
export const signsTokens = ({settings}: Pick<Service, 'settings'>): boolean => 'AUTH_KEYS' in settings.shape;
