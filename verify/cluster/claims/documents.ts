import {runOnCluster} from '../../docs/cluster.ts';
import {allPages, pagesWith} from '../../docs/pages.ts';
import {failuresOf} from '../../docs/run.ts';
import {say} from '../../lib/run.ts';
import type {Cluster} from '../kube/cluster.ts';

/** Every block of a page that needs a cluster does what the page says. */
export async function documents({namespace, config}: Cluster): Promise<string> {
  const options = {namespace: `${namespace}-docs`, mongoTag: config.MONGO_TAG};
  const pages = await pagesWith('cluster', allPages());
  const failed = await failuresOf(pages, page => runOnCluster(page, options, say), say);
  if (failed.length > 0) throw new Error(`these pages are wrong: ${failed.join(', ')}`);
  return `${pages.flatMap(({blocks}) => blocks).length} blocks of ${pages.length} pages do what the page says`;
}
