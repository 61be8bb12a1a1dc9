import type {Defect} from '../defect.ts';

export const charts: Defect[] = [
  {
    name: 'each render makes new passwords',
    cost: 'An upgrade locks the services out of their databases',
    file: 'charts/mongodb/templates/_helpers.tpl',
    from: ' | default $current | default (randAlphaNum $length)',
    to: ' | default (randAlphaNum $length)',
    caughtBy: 'charts/test/lookups.test.ts',
  },
  {
    name: 'an uninstall deletes the passwords',
    cost: 'The data is kept, and nobody can read it any more',
    file: 'charts/mongodb/templates/secret.yaml',
    from: 'helm.sh/resource-policy: keep',
    to: 'helm.sh/resource-policy: delete',
    caughtBy: 'charts/test/database.test.ts',
  },
  {
    name: 'a restore runs again',
    cost: 'Whoever applies the Job a second time loses every order since',
    file: 'charts/mongodb/files/restore.sh',
    from: 'if grep --quiet --line-regexp --fixed-strings "$JOB" /backup/restored 2>/dev/null; then',
    to: 'if false; then',
    caughtBy: 'charts/test/restore.test.ts',
  },
  {
    name: 'pods may connect to anywhere',
    cost: 'Who breaks into one pod can reach everything from it',
    file: 'charts/orders/templates/networkpolicy.yaml',
    from: '    - Ingress\n    - Egress\n',
    to: '    - Ingress\n',
    caughtBy: 'charts/test/reachability.test.ts',
  },
];
