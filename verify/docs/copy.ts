import {glob, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {copyCheckout} from '../../tools/checkout.ts';

// Where ports, the namespace and MongoDB's version are written down.
const EDITED = '{skaffold.yaml,charts/mongodb/Chart.yaml,k8s/overlays.ts,k8s/{base,overlays}/**/*.yaml}';

/** Copies this checkout as a reader would clone it, with edits where a page uses its files. */
export async function cleanCopy(folder: string, edit: (text: string) => string): Promise<void> {
  await copyCheckout(folder);
  for await (const file of glob(EDITED, {cwd: folder})) {
    const text = await readFile(join(folder, file), 'utf8');
    await writeFile(join(folder, file), edit(text));
  }
}
