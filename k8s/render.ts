import {mkdir, rm, writeFile} from 'node:fs/promises';
import {readServices} from '../tools/services.ts';
import {renderBase} from './base.ts';
import {overlays} from './overlays.ts';

// `npm run k8s`: k8s/base, rendered from the charts, and the overlays. A test fails when they are stale.
await rm('k8s/base', {recursive: true, force: true});
await mkdir('k8s/base');
for (const [file, text] of Object.entries(await renderBase())) await writeFile(`k8s/base/${file}`, text);

for (const [file, text] of Object.entries(overlays(await readServices()))) await writeFile(file, text);
