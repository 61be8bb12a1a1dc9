import {buildCharts} from './charts.ts';
import {findOrFetchHelm} from './find.ts';

// `npm run charts`: gives each chart of the checkout the charts that it depends on.

try {
  await findOrFetchHelm(console.error);
  await buildCharts();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
