import {mkdir, rm, writeFile} from 'node:fs/promises';
import {renderBase} from './base.ts';

// `npm run k8s`: the plain objects of k8s/base, rendered from the charts. A test fails when they are stale.
await rm('k8s/base', {recursive: true, force: true});
await mkdir('k8s/base');
for (const [file, text] of Object.entries(await renderBase())) await writeFile(`k8s/base/${file}`, text);
