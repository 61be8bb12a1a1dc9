/** The sum of a metric's samples that have these labels, as text: `state="closed"`. */
export type Samples = (name: string, labels?: string) => number;

/** What the process at this ops port says of itself now. */
export async function scrape(opsUrl: string): Promise<Samples> {
  const response = await fetch(`${opsUrl}/metrics`);
  const lines = (await response.text()).split('\n').filter(line => line !== '' && !line.startsWith('#'));
  return (name, labels = '') =>
    lines
      .filter(line => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
      .filter(line => line.includes(labels))
      .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}
