/** What is measured, a sample a minute in promtool's notation, and every alert that fires at a moment of it. */
export type Case = {name: string; series: Record<string, string>; at: string; firing: string[]};

export const HOUR = 60;
export const DAY = 24 * HOUR;

export type Phase = [perMinute: number, minutes: number];

/** The values of a counter that grows by so much a minute, for so many minutes, and then otherwise. */
export function growing(...phases: Phase[]): string {
  let count = 0;
  return phases
    .map(([perMinute, minutes]) => {
      const first = count;
      count += perMinute * minutes;
      return `${first}+${perMinute}x${minutes - 1}`;
    })
    .join(' ');
}

export const always = (value: number, minutes = DAY): string => `${value}+0x${minutes}`;
