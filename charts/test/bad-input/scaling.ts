import type {Refusal} from './refusal.ts';

const autoscaling = (more: object) => ({autoscaling: {enabled: true, ...more}});

/** The number of pods, and how they start and stop. */
export const scaling: Refusal[] = [
  [
    'users',
    'an autoscaler whose minimum is above its maximum',
    autoscaling({minReplicas: 8}),
    /users: autoscaling\.minReplicas is 8, but maxReplicas is 6; .* raise maxReplicas/u,
  ],
  [
    'users',
    'an autoscaler without a CPU request',
    {...autoscaling({}), resources: {requests: {cpu: null}}},
    /users: autoscaling\.enabled is true, .* resources\.requests\.cpu, which is not set; set it/u,
  ],
  [
    'users',
    'an autoscaler with nothing to scale on',
    autoscaling({targetCPUUtilizationPercentage: null}),
    /users: autoscaling\.enabled is true, but it has nothing to scale on; set autoscaling\.target/u,
  ],
  ['users', 'an autoscaler down to no pod', autoscaling({minReplicas: 0}), /minReplicas': minimum: got 0, want 1/u],
  [
    'users',
    'a target above the whole request',
    autoscaling({targetCPUUtilizationPercentage: 120}),
    /targetCPUUtilizationPercentage': maximum: got 120, want 100/u,
  ],
  ['users', 'half a pod', {replicaCount: 1.5}, /at '\/replicaCount': got number, want null or integer/u],
  ['users', 'a negative number of pods', {replicaCount: -1}, /at '\/replicaCount': minimum: got -1, want 0/u],
  [
    'users',
    'a number of pods in words',
    {replicaCount: 'two'},
    /at '\/replicaCount': got string, want null or integer/u,
  ],
  ['users', 'fewer threads than Node has', {threadPoolSize: 2}, /at '\/threadPoolSize': minimum: got 2, want 4/u],
  [
    'users',
    'a deadline that no rollout can meet',
    {rollout: {progressDeadlineSeconds: 30, minReadySeconds: 30}},
    /users: rollout\.progressDeadlineSeconds is 30, but a pod counts only after minReadySeconds 30, .*; raise/u,
  ],
  [
    'users',
    'a grace period that is too short',
    {rollout: {gracePeriodSeconds: 29}},
    /users: rollout\.gracePeriodSeconds is 29, but a graceful shutdown needs 30 \(.*\); raise it, or requests are cut off/u,
  ],
  [
    'users',
    'a drain that does not fit into the grace period',
    {rollout: {drainSeconds: 30}},
    /users: rollout\.gracePeriodSeconds is 30, but .* needs 55/u,
  ],
  [
    'orders',
    'a grace period that is too short',
    {rollout: {gracePeriodSeconds: 10}},
    /orders: rollout\.gracePeriodSeconds is 10/u,
  ],
];
