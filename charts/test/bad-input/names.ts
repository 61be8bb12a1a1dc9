import type {Refusal} from './refusal.ts';

/** Names that no object can have, and names of values that do not exist. */
export const names: Refusal[] = [
  [
    'users',
    'a name that is too long for its Jobs and labels',
    {fullnameOverride: 'u'.repeat(45)},
    /users: the name u+ has 45 characters; set a fullnameOverride of at most 44/u,
  ],
  [
    'users',
    'a name of the database that is too long',
    {mongodb: {fullnameOverride: 'm'.repeat(45)}},
    /the name m+ has 45 characters; set a fullnameOverride of at most 44/u,
  ],
  ...['7shop', 'Shop', 'a_b', 'shop-'].map((fullnameOverride): Refusal => [
    'users',
    `the name ${fullnameOverride}`,
    {fullnameOverride},
    new RegExp(`users: the name ${fullnameOverride} cannot be the name of a Service; set a fullnameOverride`, 'u'),
  ]),
  ['users', 'a typo', {replicaCuont: 3}, /users:\n.*additional properties 'replicaCuont' not allowed/u],
  [
    'users',
    'a nested typo',
    {rollout: {drainSecond: 9}},
    /at '\/rollout': additional properties 'drainSecond' not allowed/u,
  ],
  [
    'users',
    'a typo for the ServiceAccount',
    {serviceAccount: {anotations: {}}},
    /at '\/serviceAccount': additional properties 'anotations' not allowed/u,
  ],
  [
    'users',
    'a typo for the database',
    {mongodb: {replicas: 3}},
    /mongodb:\n.*additional properties 'replicas' not allowed/u,
  ],
  [
    'users',
    'a nested typo for the database',
    {mongodb: {backup: {enable: true}}},
    /mongodb:\n.*at '\/backup': additional properties 'enable' not allowed/u,
  ],
];
