import type {Access} from './cluster.ts';

const DRY_RUN = ['apply', '--dry-run=server', '--validate=strict', '--output', 'name', '--filename', '-'];

/** Counts the objects of this YAML. @throws the API server's message if it refuses one, as it does for an unknown field. */
export async function countAccepted({kubectl}: Access, objects: string): Promise<number> {
  return (await kubectl(DRY_RUN, {input: objects, seconds: 60})).trim().split('\n').length;
}
