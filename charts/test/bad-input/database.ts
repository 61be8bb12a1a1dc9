import type {Refusal} from './refusal.ts';

const databaseEgress = [{to: [{ipBlock: {cidr: '10.20.0.0/16'}}], ports: [{port: 27017}]}];
const ofMongodb = (values: object) => ({databaseName: 'shop', ...values});
const memory = (limit: string) => ofMongodb({resources: {limits: {memory: limit}}});

export const database: Refusal[] = [
  ['mongodb', 'a database without a name', {}, /mongodb: databaseName is empty; set it, such as shop/u],
  ...['admin', 'Admin', 'config', 'local', 'backup', 'restore'].map((databaseName): Refusal => [
    'mongodb',
    `the database name ${databaseName}`,
    {databaseName},
    new RegExp(
      `mongodb: databaseName is ${databaseName}, which MongoDB or this chart uses itself; choose another`,
      'u',
    ),
  ]),
  ...['a b', 'a.b', 's'.repeat(39)].map((databaseName): Refusal => [
    'mongodb',
    `the database name ${databaseName}`,
    {databaseName},
    /mongodb: databaseName is .*; write at most 38 letters, digits, hyphens and underscores/u,
  ]),
  ...[0, 2, 4].map((replicaCount): Refusal => [
    'users',
    `${replicaCount} members`,
    {mongodb: {replicaCount}},
    new RegExp(`users-mongodb: replicaCount is ${replicaCount}; a replica set must have 1 or 3 members`, 'u'),
  ]),
  ['mongodb', 'members in words', ofMongodb({replicaCount: 'three'}), /'\/replicaCount': got string, want integer/u],
  [
    'mongodb',
    'three members from one snapshot',
    ofMongodb({replicaCount: 3, persistence: {dataSource: {kind: 'VolumeSnapshot', name: 'before'}}}),
    /mongodb: persistence\.dataSource would give each of 3 members the same old data; set replicaCount: 1/u,
  ],
  ['mongodb', 'a memory limit in bytes', memory('1073741824'), /is 1073741824; write it in Mi or Gi/u],
  ['mongodb', 'a memory limit in G', memory('1G'), /mongodb: resources\.limits\.memory is 1G; write it in Mi or Gi/u],
  ['mongodb', 'too little memory', memory('511Mi'), /mongodb: resources\.limits\.memory is 511Mi; set at least 512Mi/u],
  ...['persistence', 'backup'].map((volume): Refusal => [
    'mongodb',
    `a size of the volume for ${volume} in another unit`,
    ofMongodb({[volume]: {size: '8 GB'}}),
    new RegExp(`mongodb: ${volume}\\.size is 8 GB; write a number with its unit Mi, Gi or Ti`, 'u'),
  ]),
  [
    'mongodb',
    'volumes that are recycled',
    ofMongodb({persistence: {whenDeleted: 'Recycle'}}),
    /at '\/persistence\/whenDeleted': value must be one of 'Retain', 'Delete'/u,
  ],
  [
    'mongodb',
    'a schedule in words',
    ofMongodb({backup: {schedule: 'every night'}}),
    /mongodb: backup\.schedule is every night; write five fields, such as 0 3 \* \* \*/u,
  ],
  [
    'mongodb',
    'a time zone as an offset',
    ofMongodb({backup: {timeZone: '+01:00'}}),
    /mongodb: backup\.timeZone is \+01:00; write a name such as Etc\/UTC or Europe\/Berlin/u,
  ],
  [
    'mongodb',
    'backups of which none is kept',
    ofMongodb({backup: {keep: 0}}),
    /'\/backup\/keep': minimum: got 0, want 1/u,
  ],
  [
    'mongodb',
    'a restore, which an upgrade or a rollback would repeat',
    ofMongodb({restore: {archive: 'shop-20260102T030405Z.archive.gz', revision: ''}}),
    /mongodb: the value restore is gone, .* run kubectl create job --from=cronjob\/mongodb-restore/u,
  ],
  [
    'users',
    'what is left of an earlier restore',
    {mongodb: {restore: {archive: ''}}},
    /users-mongodb: the value restore is gone, .* remove it \(--set restore=null, below mongodb/u,
  ],
  [
    'users',
    'an upgrade without the cluster, which would replace the passwords',
    {},
    /users-mongodb: this upgrade is rendered without access to the cluster, so it would replace the generated passwords/u,
    {isUpgrade: true},
  ],
  [
    'users',
    'a password that a connection string cannot hold',
    {mongodb: {passwords: {password: 'a@b/c'}}},
    /users-mongodb: passwords\.password may contain only letters, digits .*; make one with openssl rand/u,
  ],
  ...[
    ['a keyfile with characters that mongod refuses', 'a-keyfile'],
    ['a keyfile that is too short', 'abcde'],
    ['a keyfile that is too long', 'k'.repeat(1025)],
    ['a keyfile of spaces', ' '.repeat(10)],
  ].map(([what = '', keyfile]): Refusal => [
    'users',
    what,
    {mongodb: {passwords: {keyfile}}},
    /users-mongodb: passwords\.keyfile must have 6 to 1024 characters of base64 .*; make one with openssl rand/u,
  ]),
  [
    'users',
    'two databases',
    {database: {existingSecret: 'shop-database'}},
    /users: database\.existingSecret names an external database, but mongodb\.enabled is true; set only one of them/u,
  ],
  [
    'users',
    'an external database without a Secret',
    {mongodb: {enabled: false}, networkPolicy: {databaseEgress}},
    /users: mongodb\.enabled is false, so database\.existingSecret must name a Secret with the key uri/u,
  ],
  [
    'users',
    'an external database without an egress rule',
    {mongodb: {enabled: false}, database: {existingSecret: 'elsewhere'}},
    /users: mongodb\.enabled is false, so networkPolicy\.databaseEgress must allow the address of the database/u,
  ],
];
