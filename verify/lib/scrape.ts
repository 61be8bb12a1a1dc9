import {setTimeout as wait} from 'node:timers/promises';

export type Samples = {
  /** The sum of a metric's samples that have these labels, written as in `state="closed"`. */
  (name: string, labels?: string): number;
  /** The number of samples of all metrics. */
  series: number;
};

/** Reads the metrics at this ops port once. */
export async function scrape(opsUrl: string): Promise<Samples> {
  const response = await fetch(`${opsUrl}/metrics`);
  const lines = (await response.text()).split('\n').filter(line => line !== '' && !line.startsWith('#'));
  const sum = (name: string, labels = '') =>
    lines
      .filter(line => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
      .filter(line => line.includes(labels))
      .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
  return Object.assign(sum, {series: lines.length});
}

/** Resident memory of the process at this ops port, in MiB. */
export const residentMib = async (opsUrl: string): Promise<number> =>
  (await scrape(opsUrl))('process_resident_memory_bytes') / 2 ** 20;

/** Reads the metrics at this ops port again and again for so many seconds. */
export async function* scrapes(opsUrl: string, seconds: number, everyMs: number): AsyncGenerator<Samples> {
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    yield await scrape(opsUrl);
    await wait(everyMs);
  }
}
