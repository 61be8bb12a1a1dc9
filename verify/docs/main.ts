import {settings} from '../cluster/config.ts';
import {run, say} from '../lib/run.ts';
import {runOnCluster} from './cluster.ts';
import {allPages, pagesWith} from './pages.ts';
import {failuresOf, here, runPage} from './run.ts';

// `npm run docs -- README.md`: runs the blocks of these pages, or of all. With PROVE_NAMESPACE, those that need a cluster.

await run(settings.partial(), async ({config, words, signal, cleanups}) => {
  const {PROVE_NAMESPACE: namespace, MONGO_TAG: mongoTag} = config;
  const pages = await pagesWith(namespace ? 'cluster' : 'local', words.length > 0 ? words : allPages());
  const checking = failuresOf(
    pages,
    page =>
      namespace ? runOnCluster(page, {namespace, mongoTag, signal}, say) : runPage(page, {...here, signal}, say),
    say,
  );
  cleanups.push(() => checking);
  return (await checking).length === 0;
});
