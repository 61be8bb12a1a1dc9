// Plain JavaScript: a Node that cannot run TypeScript must be able to read it.
import {readFileSync} from 'node:fs';

const {engines} = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const [needed, actual] = [engines.node, process.versions.node].map(version => version.match(/\d+/gu).map(Number));
if (actual[0] < needed[0] || (actual[0] === needed[0] && actual[1] < needed[1])) {
  console.error(
    `This needs Node ${needed.join('.')} or newer. It is run by Node ${process.versions.node}: ${process.execPath}`,
  );
  process.exit(1);
}
