import {DAY, growing, HOUR, type Case, type Phase} from './case.ts';

/** In minutes: long enough that a short outage weighs little over six hours. */
const GOOD = 150;

export function objectiveCases(service: string): Case[] {
  const count = (status: number) =>
    `http_request_duration_seconds_count{job="${service}",instance="a",status="${status}"}`;
  const fast = `http_request_duration_seconds_bucket{job="${service}",instance="a",status="200",le="0.25"}`;
  const answers = (status: number, ...phases: Phase[]) => ({
    [count(200)]: growing([1_000, DAY]),
    [fast]: growing([1_000, DAY]),
    [count(status)]: growing(...phases),
    [fast.replace('200', String(status))]: growing(...phases),
  });
  const fastAnswers = (...phases: Phase[]) => ({[count(200)]: growing([1_000, DAY]), [fast]: growing(...phases)});
  return [
    {
      name: 'AvailabilityBurnsFast fires when 45 requests in a thousand fail for 20 minutes after good hours',
      series: answers(500, [0, GOOD], [45, DAY]),
      at: '171m',
      firing: ['AvailabilityBurnsFast', 'AvailabilityBurnsSlowly'],
    },
    {
      name: 'AvailabilityBurnsFast fires when one request in a hundred fails for an hour',
      series: answers(503, [10, DAY]),
      at: '1h',
      firing: ['AvailabilityBurnsFast', 'AvailabilityBurnsSlowly'],
    },
    {
      name: 'AvailabilityBurnsFast is silent half an hour after the last failure',
      series: answers(500, [20, HOUR], [0, DAY]),
      at: '95m',
      firing: ['AvailabilityBurnsSlowly'],
    },
    {
      name: 'AvailabilityBurnsFast is silent ten minutes after a short outage',
      series: answers(500, [0, GOOD], [45, 20], [0, DAY]),
      at: '180m',
      firing: ['AvailabilityBurnsSlowly'],
    },
    {
      name: 'AvailabilityBurnsFast is silent about three bad minutes after good hours',
      series: answers(500, [0, GOOD], [40, 3], [0, DAY]),
      at: '155m',
      firing: [],
    },
    {
      name: 'AvailabilityBurnsSlowly fires when one request in 500 fails',
      series: answers(500, [2, DAY]),
      at: '1h',
      firing: ['AvailabilityBurnsSlowly'],
    },
    {
      name: 'AvailabilityBurnsSlowly is silent six hours after the last failure',
      series: answers(500, [10, HOUR], [0, DAY]),
      at: '430m',
      firing: [],
    },
    {
      name: 'AvailabilityBurnsSlowly is silent when one request in 2,000 fails',
      series: answers(500, [0.5, DAY]),
      at: '1h',
      firing: [],
    },
    {
      name: "AvailabilityBurnsSlowly is silent about 4xx, which are the caller's fault",
      series: answers(404, [1_000, DAY]),
      at: '1h',
      firing: [],
    },
    {
      name: 'LatencyBurnsFast fires when 45 % of the requests are slow for 20 minutes after good hours',
      series: fastAnswers([1_000, GOOD], [550, DAY]),
      at: '171m',
      firing: ['LatencyBurnsFast', 'LatencyBurnsSlowly'],
    },
    {
      name: 'LatencyBurnsFast fires when every tenth request is slow for an hour',
      series: fastAnswers([900, DAY]),
      at: '1h',
      firing: ['LatencyBurnsFast', 'LatencyBurnsSlowly'],
    },
    {
      name: 'LatencyBurnsFast is silent about three slow minutes after good hours',
      series: fastAnswers([1_000, GOOD], [600, 3], [1_000, DAY]),
      at: '155m',
      firing: [],
    },
    {
      name: 'LatencyBurnsFast is silent half an hour after the last slow request',
      series: fastAnswers([800, HOUR], [1_000, DAY]),
      at: '95m',
      firing: ['LatencyBurnsSlowly'],
    },
    {
      name: 'LatencyBurnsSlowly fires when one request in fifty is slow',
      series: fastAnswers([980, DAY]),
      at: '1h',
      firing: ['LatencyBurnsSlowly'],
    },
    {
      name: 'LatencyBurnsSlowly is silent when one request in 200 is slow',
      series: fastAnswers([995, DAY]),
      at: '1h',
      firing: [],
    },
  ];
}
