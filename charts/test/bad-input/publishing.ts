import type {Refusal} from './refusal.ts';

const token = {auth: {mode: 'token'}};
const open = {auth: {allowPublicOpen: true}, networkPolicy: {enabled: false}};
const parentRefs = [{name: 'gateway'}];
const host = 'shop.example.com';

const anyHost = /; write only the name in lower case, without https:\/\/, port and path, such as shop\.example\.com/u;
const anyPath = /; a path must start with a slash, so write one in front/u;
const toEverybody =
  /users: ingress, httpRoute or service\.type publishes the API while auth\.mode is open, .*; set auth\.mode: token/u;

/** Who reaches the API, and what its pods reach. */
export const publishing: Refusal[] = [
  ...[
    'https://shop.example.com',
    'shop.example.com:8443',
    'shop.example.com/api',
    'Shop.example.com',
    '*.*.com',
  ].flatMap((name): Refusal[] => [
    ['users', `the host ${name}`, {ingress: {host: name}}, anyHost],
    ['users', `the host ${name} among more`, {ingress: {extraHosts: [host, name]}}, anyHost],
    ['users', `the host ${name} of an HTTPRoute`, {httpRoute: {hostnames: [name]}}, anyHost],
  ]),
  [
    'users',
    'a host that is listed twice',
    {ingress: {extraHosts: [host, host]}},
    /at '\/ingress\/extraHosts': items at 0 and 1 are equal/u,
  ],
  ['users', 'a path of an Ingress without a slash', {ingress: {paths: ['api']}}, anyPath],
  ['users', 'a path of an HTTPRoute without a slash', {httpRoute: {paths: ['/api', 'api']}}, anyPath],
  ['users', 'no path', {ingress: {paths: []}}, /at '\/ingress\/paths': minItems: got 0, want 1/u],
  ['users', 'an Ingress that is open to everybody', {ingress: {enabled: true, host}}, toEverybody],
  ['users', 'an HTTPRoute that is open to everybody', {httpRoute: {enabled: true, parentRefs}}, toEverybody],
  ['users', 'a LoadBalancer that is open to everybody', {service: {type: 'LoadBalancer'}}, toEverybody],
  [
    'users',
    'an Ingress whose controller the NetworkPolicy keeps out',
    {...token, ingress: {enabled: true, host}},
    /users: ingress\.enabled publishes the API, but the NetworkPolicy admits nobody.*networkPolicy\.callers to the Ingress controller.*"kubernetes\.io\/metadata\.name":"ingress-nginx"/u,
  ],
  [
    'users',
    'an HTTPRoute whose Gateway the NetworkPolicy keeps out',
    {...token, httpRoute: {enabled: true, parentRefs}},
    /users: httpRoute\.enabled publishes the API, .*networkPolicy\.callers to the Gateway.*"envoy-gateway-system"/u,
  ],
  ...['LoadBalancer', 'NodePort'].map((type): Refusal => [
    'users',
    `a ${type} that the NetworkPolicy closes`,
    {...token, service: {type}},
    new RegExp(`users: service\\.type ${type} publishes the API, .*networkPolicy\\.callers.*"ipBlock"`, 'u'),
  ]),
  [
    'users',
    'an Ingress without a host',
    {...open, ingress: {enabled: true}},
    /users: ingress\.enabled is true, so ingress\.host must be set/u,
  ],
  [
    'users',
    'an HTTPRoute without a Gateway',
    {...open, httpRoute: {enabled: true}},
    /users: httpRoute\.parentRefs is empty, .*; set it, such as \[\{name: gateway/u,
  ],
  [
    'users',
    'an unknown type of Service',
    {service: {type: 'Public'}},
    /at '\/service\/type': value must be one of 'ClusterIP', 'NodePort', 'LoadBalancer'/u,
  ],
  ['users', 'the port 0', {service: {port: 0}}, /at '\/service\/port': minimum: got 0, want 1/u],
  ...['users', 'mongodb'].flatMap((chart): Refusal[] => [
    [
      chart,
      'a DNS port above 65535',
      {networkPolicy: {dnsPorts: [70000]}},
      /at '\/networkPolicy\/dnsPorts\/0': maximum: got 70,000, want 65,535/u,
    ],
    [chart, 'no DNS port', {networkPolicy: {dnsPorts: []}}, /at '\/networkPolicy\/dnsPorts': minItems: got 0, want 1/u],
  ]),
  [
    'users',
    'a neighbour that is listed twice',
    {clientOf: ['orders', 'orders']},
    /at '\/clientOf': items at 0 and 1 are equal/u,
  ],
  [
    'orders',
    'a users.url that is not a URL',
    {users: {url: 'users'}},
    /orders: users\.url is users; write the URL of its Service, such as http:\/\/users/u,
  ],
  ...['http://people', 'http://users.elsewhere', 'https://users.example.com:8443'].map((url): Refusal => [
    'orders',
    `the neighbour ${url}, which the NetworkPolicy closes`,
    {users: {url}},
    /orders: users\.url is .*, but the NetworkPolicy allows calls to clientOf \(users\) only; list .*networkPolicy\.extraEgress/u,
  ]),
];
