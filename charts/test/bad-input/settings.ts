import type {Refusal} from './refusal.ts';

const blocked = /users: metrics\..* blocks Prometheus; set networkPolicy\.metricsFrom to its pods/u;

/** Settings of the services, tokens, metrics and traces. */
export const settings: Refusal[] = [
  [
    'users',
    'a typo in a setting',
    {config: {LOG_LEVLE: 'info'}},
    /at '\/config': additional properties 'LOG_LEVLE' not allowed/u,
  ],
  [
    'orders',
    'a typo in one of its settings',
    {config: {USERS_CHEK_MS: 9}},
    /additional properties 'USERS_CHEK_MS' not allowed/u,
  ],
  ['users', 'an unknown log level', {config: {LOG_LEVEL: 'loud'}}, /at '\/config\/LOG_LEVEL': value must be one of/u],
  [
    'users',
    'a setting that another value sets',
    {config: {DRAIN_MS: 1}},
    /additional properties 'DRAIN_MS' not allowed/u,
  ],
  [
    'orders',
    'a timeout with which its pods would exit',
    {config: {USERS_CHECK_MS: 20_000}},
    /at '\/config\/USERS_CHECK_MS': maximum: got 20,000, want/u,
  ],
  [
    'users',
    'an unknown way to log in',
    {auth: {mode: 'basic'}},
    /at '\/auth\/mode': value must be one of 'open', 'token'/u,
  ],
  [
    'users',
    'a signing key that is not published',
    {auth: {mode: 'token', keys: {signing: 'key-2'}}},
    /users: auth\.keys\.signing is key-2, which auth\.keys\.published does not list, .*; add it there/u,
  ],
  [
    'users',
    'a key that is published twice',
    {auth: {keys: {published: ['key-1', 'key-1']}}},
    /at '\/auth\/keys\/published': items at 0 and 1 are equal/u,
  ],
  [
    'users',
    'a key whose name is a path',
    {auth: {keys: {signing: '../key'}}},
    /users: auth\.keys\.signing is \.\.\/key; write a name of letters, digits and hyphens/u,
  ],
  [
    'users',
    'an admin without an e-mail',
    {auth: {adminEmail: ''}},
    /at '\/auth\/adminEmail': minLength: got 0, want 1/u,
  ],
  [
    'users',
    'an admin whose e-mail is a name',
    {auth: {adminEmail: 'root'}},
    /users: auth\.adminEmail is root; write an e-mail address, such as admin@example\.com/u,
  ],
  [
    'users',
    'an upgrade without the cluster, which would replace the keys',
    {auth: {mode: 'token'}, mongodb: {existingSecret: 'mine'}},
    /users-auth: this upgrade is rendered without access to the cluster, so it would replace the generated keys and password; let helm reach the cluster, or set auth\.existingSecret/u,
    {isUpgrade: true},
  ],
  [
    'users',
    'a ServiceMonitor while the NetworkPolicy blocks Prometheus',
    {metrics: {serviceMonitor: {enabled: true}}},
    blocked,
  ],
  [
    'users',
    'scrape annotations while the NetworkPolicy blocks Prometheus',
    {metrics: {scrapeAnnotations: true}},
    blocked,
  ],
  [
    'users',
    'an interval without a unit',
    {metrics: {serviceMonitor: {interval: '30'}}},
    /users: metrics\.serviceMonitor\.interval is 30; write a number with its unit ms, s or m, such as 30s/u,
  ],
  [
    'users',
    'a runbook that is not a URL',
    {metrics: {rules: {runbookUrl: 'RUNBOOK.md'}}},
    /users: metrics\.rules\.runbookUrl is RUNBOOK\.md; write a URL without #/u,
  ],
  [
    'users',
    'a collector without http',
    {tracing: {endpoint: 'collector:4318'}},
    /users: tracing\.endpoint is collector:4318; write the URL of a collector, such as http:\/\/collector:4318/u,
  ],
  ...['https://collector.example.com', 'http://collector:443'].map((endpoint): Refusal => [
    'users',
    `the collector ${endpoint}, for which the NetworkPolicy would open the whole web`,
    {tracing: {endpoint}},
    /users: tracing\.endpoint is .*, and the NetworkPolicy would open port 443 to every address; set networkPolicy\.tracesTo/u,
  ]),
  [
    'users',
    'a word as trust in callers',
    {tracing: {trustCaller: 'yes'}},
    /at '\/tracing\/trustCaller': got string, want boolean/u,
  ],
  ['users', 'more than all traces', {tracing: {ratio: 1.5}}, /at '\/tracing\/ratio': maximum: got 1\.5, want 1/u],
];
