import {changeByName, remake} from './make/command.ts';
import {checkProject, renameProject} from './make/project.ts';
import {packageJson} from './release/run.ts';

// `npm run rename-project -- NAME`: the package, the umbrella chart, the namespace, the labels and the documents get the name.

await changeByName(
  'npm run rename-project -- NAME [--dry-run]',
  [],
  async (to, _options, folder, run) => {
    const {name: from} = await packageJson();
    await checkProject(to, run);
    await renameProject(from, to, folder, run);
    await remake(run);
    await run('npm', 'exec', '--', 'oxfmt');
  },
  to =>
    `\nWhere it is installed already, install ${to} beside it: labels and the namespace of an object cannot change.`,
);
