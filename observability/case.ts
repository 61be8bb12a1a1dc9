/** Series with one sample a minute, in promtool's notation, and all alerts that fire at the time `at`. */
export type Case = {name: string; series: Record<string, string>; at: string; firing: string[]};

export const HOUR = 60;
export const DAY = 24 * HOUR;

export type Phase = [perMinute: number, minutes: number];

/** The values of a counter that grows in phases, each with an increase a minute and a length in minutes. */
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
