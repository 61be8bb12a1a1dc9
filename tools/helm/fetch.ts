import {findOrFetchHelm} from './find.ts';

try {
  await findOrFetchHelm(console.error);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
