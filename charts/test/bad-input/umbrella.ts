import type {Refusal} from './refusal.ts';

/** Values of the umbrella: mostly services that would not find each other. */
export const umbrella: Refusal[] = [
  ['duet', 'a typo', {user: {}}, /duet:\n.*additional properties 'user' not allowed/u],
  [
    'duet',
    'a typo for a service',
    {users: {replicaCuont: 3}},
    /users:\n.*additional properties 'replicaCuont' not allowed/u,
  ],
  [
    'duet',
    'a typo for the database of a service',
    {orders: {mongodb: {replicas: 3}}},
    /mongodb:\n.*additional properties 'replicas' not allowed/u,
  ],
  [
    'duet',
    'tokens for one service only',
    {users: {auth: {mode: 'token'}}},
    /duet: orders\.auth\.mode is open and users\.auth\.mode is token; .* auth\.mode must be the same in all/u,
  ],
  [
    'duet',
    'a neighbour at another port',
    {users: {service: {port: 8000}}},
    /duet: orders\.users\.url is http:\/\/users, but users listens at http:\/\/users:8000; set orders\.users\.url=http:\/\/users:8000/u,
  ],
  [
    'duet',
    'a neighbour under another name',
    {users: {fullnameOverride: 'people'}},
    /duet: orders\.users\.url is http:\/\/users, but users listens at http:\/\/people; set orders\.users\.url=http:\/\/people and orders\.clientOf=\{people\}/u,
  ],
  [
    'duet',
    'a neighbour under another name that the NetworkPolicy closes',
    {users: {fullnameOverride: 'people'}, orders: {users: {url: 'http://people'}}},
    /orders: users\.url is http:\/\/people, but the NetworkPolicy allows calls to clientOf \(users\) only; list/u,
  ],
  ['duet', 'two members', {orders: {mongodb: {replicaCount: 2}}}, /orders-mongodb: replicaCount is 2/u],
  [
    'duet',
    'an upgrade without the cluster',
    {},
    /this upgrade is rendered without access to the cluster/u,
    {isUpgrade: true},
  ],
];
