import {readFileSync} from 'node:fs';
import type * as z from 'zod';

type Env = Record<string, string | undefined>;

/** Lists every invalid setting, one a line. The service prints it and refuses to start. */
export class ConfigError extends Error {
  override name = 'ConfigError';

  constructor(problems: string[]) {
    super(`Invalid settings:\n${problems.map(problem => `  ${problem}`).join('\n')}`);
  }
}

/** Marks a setting as a secret: it is masked in the log, and may be read from the file that `NAME_FILE` names. */
export const secret = <S extends z.ZodType>(schema: S): S => schema.meta({...schema.meta(), secret: true});

const isSecret = (schema: z.ZodType): boolean => schema.meta()?.['secret'] === true;

/**
 * Reads a service's settings from its environment and validates them.
 * An empty variable counts as unset, because charts and shells write both for "no value".
 * @throws ConfigError that lists every invalid setting.
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

/** The settings for the log, with `***` for every secret. */
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
  if (env[name]) problems.push(`${name}: given twice, as ${name} and as ${name}_FILE; unset one of them`);

  try {
    // Editors and `echo` end a file with a line end. Any other white space may be part of a password.
    return readFileSync(file, 'utf8').replace(/\r?\n$/u, '');
  } catch (error) {
    problems.push(`${name}_FILE: ${(error as Error).message}`);
    return undefined;
  }
}
