import type {Values} from '../values.ts';
import type {Refusal} from './refusal.ts';

const ofImage = (chart: string, values: Values): Values =>
  chart === 'mongodb' ? {databaseName: 'shop', ...values} : values;

export const images: Refusal[] = [
  ...['users', 'mongodb'].flatMap((chart): Refusal[] => [
    ...['users:1.0.0', 'users@sha256:1', 'Users', 'https://registry/users'].map((repository): Refusal => [
      chart,
      `the image repository ${repository}`,
      ofImage(chart, {image: {repository}}),
      /: image\.repository is .*; write only the name of the image in lower case, such as shop\/users; its tag is image\.tag/u,
    ]),
    [
      chart,
      'an image without a name',
      ofImage(chart, {image: {repository: ''}}),
      /: image\.repository is empty; set it to the name of the image/u,
    ],
    [
      chart,
      'the tag latest',
      ofImage(chart, {image: {tag: 'latest'}}),
      /: image\.tag is latest, which changes under running pods; set a tag that never moves/u,
    ],
    [
      chart,
      'a malformed digest',
      ofImage(chart, {image: {digest: 'abc'}}),
      /: image\.digest is abc; write sha256: and its 64 hexadecimal digits/u,
    ],
    ...['https://registry.example.com', 'registry.example.com/'].map((imageRegistry): Refusal => [
      chart,
      `the registry ${imageRegistry}`,
      ofImage(chart, {global: {imageRegistry}}),
      /: global\.imageRegistry is .*; write the registry without https:\/\/ and without a slash at its end/u,
    ]),
  ]),
  ...['a/b', '-1.0', 'v'.repeat(129)].map((tag): Refusal => [
    'users',
    `the image tag ${tag}`,
    {image: {tag}},
    /users: image\.tag is .*; write a tag of letters, digits and _ \. -, such as 1\.0\.0/u,
  ]),
  ['users', 'a negative image tag', {image: {tag: -1}}, /at '\/image\/tag': minimum: got -1, want 0/u],
  [
    'users',
    'an image tag with a fraction',
    {image: {tag: 1.1}},
    /at '\/image\/tag': got number, want integer or string/u,
  ],
  [
    'users',
    'an unknown pull policy',
    {image: {pullPolicy: 'Sometimes'}},
    /at '\/image\/pullPolicy': value must be one of 'IfNotPresent', 'Always', 'Never'/u,
  ],
  [
    'users',
    'a registry that is not text',
    {global: {imageRegistry: 5}},
    /at '\/global\/imageRegistry': got number, want string/u,
  ],
  [
    'users',
    'pull secrets as objects',
    {global: {imagePullSecrets: [{name: 'pull'}]}},
    /imagePullSecrets\/0': got object, want string/u,
  ],
];
