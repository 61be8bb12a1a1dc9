import {readFileSync} from 'node:fs';
import type * as z from 'zod';

type Env = Record<string, string | undefined>;

/** Every problem of a service's environment at once, one a line; a service that gets it does not start. */
export class ConfigError extends Error {
  override name = 'ConfigError';

  constructor(problems: string[]) {
    super(`The settings are not usable:\n${problems.map(problem => `  ${problem}`).join('\n')}`);
  }
}

/** Marks a setting that is masked in the log and may come from the file that `NAME_FILE` names. */
export const secret = <S extends z.ZodType>(schema: S): S => schema.meta({...schema.meta(), secret: true});

const isSecret = (schema: z.ZodType): boolean => schema.meta()?.['secret'] === true;

/**
 * The settings of a service, read from its environment once.
 * An empty variable counts as unset, since charts and shells write both for "nothing".
 * @throws ConfigError that names every setting that the schema refuses.
 */
export function readConfig<S extends z.ZodObject>(settings: S, env: Env): z.output<S> {
  const problems: string[] = [];
  const raw = Object.fromEntries(
    Object.entries(settings.shape).map(([name, schema]) => [
      name,
      isSecret(schema as z.ZodType) ? readSecret(name, env, problems) : env[name] || undefined,
    ]),
  );

  const parsed = settings.safeParse(raw);
  if (!parsed.success) problems.push(...parsed.error.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`));
  if (problems.length > 0 || !parsed.success) throw new ConfigError(problems);
  return parsed.data;
}

/** The settings as they may be logged: every secret is three stars. */
export function maskSecrets(settings: z.ZodObject, config: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(config).map(([name, value]) => [
      name,
      isSecret(settings.shape[name] as z.ZodType) && value !== undefined ? '***' : value,
    ]),
  );
}

function readSecret(name: string, env: Env, problems: string[]): string | undefined {
  const file = env[`${name}_FILE`];
  if (!file) return env[name] || undefined;
  if (env[name]) problems.push(`${name}: given twice, as ${name} and as ${name}_FILE`);

  try {
    return readFileSync(file, 'utf8').trimEnd();
  } catch (error) {
    problems.push(`${name}_FILE: ${(error as Error).message}`);
    return undefined;
  }
}
