import {neighboursAt, type ValueSet} from './values.ts';

/** With given passwords two renders are equal; otherwise each render generates new ones. */
export const passwords = {
  keyfile: 'k'.repeat(64),
  password: 'application',
  'backup-password': 'backup',
  'restore-password': 'restore',
};

const controller = [{namespaceSelector: {matchLabels: {'kubernetes.io/metadata.name': 'ingress-nginx'}}}];
const prometheus = [{namespaceSelector: {matchLabels: {'kubernetes.io/metadata.name': 'monitoring'}}}];

export const defaults: ValueSet = {name: 'the default values'};
export const givenPasswords: ValueSet = {name: 'given passwords', values: {mongodb: {passwords}}};
export const threeMembers: ValueSet = {name: 'three members', values: {mongodb: {replicaCount: 3}}};
export const everyJob: ValueSet = {
  name: 'backup and restore',
  values: {mongodb: {backup: {enabled: true, keep: 3}}},
};
export const externalDatabase: ValueSet = {
  name: 'an external database',
  values: {
    mongodb: {enabled: false},
    database: {existingSecret: 'elsewhere'},
    networkPolicy: {databaseEgress: [{to: [{ipBlock: {cidr: '10.20.0.0/16'}}], ports: [{port: 27017}]}]},
  },
  there: ['Secret/elsewhere'],
};
export const tokens: ValueSet = {name: 'tokens', values: {auth: {mode: 'token'}}};
export const ownKeys: ValueSet = {
  name: 'tokens and an existing Secret with keys',
  values: {auth: {mode: 'token'}},
  only: {users: {auth: {existingSecret: 'keys'}}},
  there: ['Secret/keys'],
};
export const noPolicies: ValueSet = {
  name: 'no network policies',
  values: {networkPolicy: {enabled: false}, mongodb: {networkPolicy: {enabled: false}}},
};
export const openedPolicies: ValueSet = {
  name: 'callers and metricsFrom',
  values: {
    networkPolicy: {
      callers: [{podSelector: {matchLabels: {app: 'shop-window'}}}],
      metricsFrom: prometheus,
      extraEgress: [{to: [{ipBlock: {cidr: '10.30.0.0/16'}}], ports: [{port: 443}]}],
      dnsPorts: [53, 5353],
    },
  },
};
const extras: ValueSet = {
  name: 'extras',
  values: {
    extra: {
      env: [{name: 'NODE_EXTRA_CA_CERTS', value: '/run/authority/ca.crt'}],
      volumes: [{name: 'authority', configMap: {name: 'authority', items: [{key: 'ca.crt', path: 'ca.crt'}]}}],
      volumeMounts: [{name: 'authority', mountPath: '/run/authority', readOnly: true}],
      objects: [
        {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: {name: '{{ .Release.Name }}-{{ .Chart.Name }}-note'},
          data: {note: 'from {{ .Chart.Name }}'},
        },
      ],
    },
    podLabels: {team: 'shop'},
    podAnnotations: {'example.com/note': 'ours'},
    service: {annotations: {'example.com/note': 'ours'}},
    mongodb: {extraEnv: [{name: 'GLIBC_TUNABLES', value: 'glibc.pthread.rseq=1'}]},
  },
  there: ['ConfigMap/authority'],
};

export const monitored: ValueSet = {
  name: 'a ServiceMonitor, alerts and a dashboard',
  values: {
    metrics: {
      serviceMonitor: {enabled: true, interval: '5s', labels: {release: 'prometheus'}},
      rules: {enabled: true, labels: {release: 'prometheus'}},
      dashboards: {enabled: true},
    },
    networkPolicy: {metricsFrom: prometheus},
  },
};
export const annotated: ValueSet = {
  name: 'annotations for Prometheus',
  values: {
    metrics: {scrapeAnnotations: true},
    podAnnotations: {'example.com/note': 'ours'},
    networkPolicy: {metricsFrom: prometheus},
  },
};

const placement = {
  nodeSelector: {'kubernetes.io/arch': 'amd64'},
  tolerations: [{key: 'shop', operator: 'Exists', effect: 'NoSchedule'}],
  affinity: {podAffinity: {}},
  priorityClassName: 'shop',
};

export const valueSets: ValueSet[] = [
  defaults,
  {name: 'the values for development', files: ['values-dev.yaml']},
  threeMembers,
  {
    name: 'an existing Secret for the database',
    values: {mongodb: {existingSecret: 'credentials', setup: {revision: '2'}}},
    there: ['Secret/credentials'],
  },
  givenPasswords,
  externalDatabase,
  tokens,
  ownKeys,
  {
    name: 'tokens behind an Ingress, during a key rotation',
    values: {
      auth: {mode: 'token', issuer: 'https://shop.example.com', audience: 'shop'},
      ingress: {enabled: true, host: 'shop.example.com'},
      networkPolicy: {callers: controller},
    },
    only: {users: {auth: {keys: {signing: 'key-2', published: ['key-1', 'key-2']}}}},
  },
  {
    name: 'an Ingress',
    values: {
      auth: {allowPublicOpen: true},
      ingress: {enabled: true, className: 'any', host: 'shop.example.com', tlsSecret: 'certificate'},
      networkPolicy: {callers: controller},
    },
    there: ['Secret/certificate'],
  },
  {
    name: 'an HTTPRoute',
    values: {
      auth: {allowPublicOpen: true},
      httpRoute: {enabled: true, parentRefs: [{name: 'gateway'}], hostnames: ['shop.example.com']},
      networkPolicy: {callers: controller},
    },
  },
  {
    name: 'a LoadBalancer',
    values: {
      auth: {allowPublicOpen: true},
      service: {type: 'LoadBalancer'},
      networkPolicy: {callers: [{ipBlock: {cidr: '0.0.0.0/0'}}]},
    },
  },
  {name: 'autoscaling', values: {autoscaling: {enabled: true, minReplicas: 3, maxReplicas: 9}}},
  {name: 'autoscaling from one pod', values: {autoscaling: {enabled: true, minReplicas: 1}}},
  noPolicies,
  openedPolicies,
  everyJob,
  {
    name: 'digests and a registry',
    values: {
      image: {digest: `sha256:${'a'.repeat(64)}`},
      mongodb: {image: {digest: `sha256:${'b'.repeat(64)}`}, backup: {enabled: true}},
    },
    global: {imageRegistry: 'images.example.com:5000', imagePullSecrets: ['pull'], storageClass: 'fast'},
    there: ['Secret/pull'],
  },
  extras,
  {
    name: 'an existing ServiceAccount',
    values: {serviceAccount: {create: false, name: 'shop'}},
    there: ['ServiceAccount/shop'],
  },
  monitored,
  annotated,
  {
    name: 'additions to the database',
    values: {
      mongodb: {
        replicaCount: 3,
        ipv6: true,
        extraArgs: ['--oplogSize=2048'],
        extraVolumes: [{name: 'authority', configMap: {name: 'authority', items: [{key: 'ca.crt', path: 'ca.crt'}]}}],
        extraVolumeMounts: [{name: 'authority', mountPath: '/run/authority', readOnly: true}],
        podLabels: {team: 'shop'},
        podAnnotations: {'example.com/note': 'ours'},
        jobPodLabels: {'sidecar.istio.io/inject': 'false'},
        jobPodAnnotations: {'example.com/note': 'ours'},
        serviceAccount: {create: false, name: 'data'},
        networkPolicy: {
          callers: [{podSelector: {matchLabels: {app: 'exporter'}}}],
          extraIngress: [{from: prometheus, ports: [{port: 15_020}]}],
          extraEgress: [{to: prometheus, ports: [{port: 15_012}]}],
        },
        backup: {enabled: true},
      },
    },
    there: ['ConfigMap/authority', 'ServiceAccount/data'],
  },
  {
    name: 'users that the platform chooses',
    values: {
      podSecurityContext: {runAsUser: null, runAsGroup: null, fsGroup: null},
      mongodb: {podSecurityContext: {runAsUser: null, runAsGroup: null, fsGroup: null}, backup: {enabled: true}},
    },
  },
  {name: 'scheduling constraints', values: {...placement, mongodb: placement}},
  {
    name: 'other sizes',
    values: {
      resources: {requests: {cpu: '50m', memory: '128Mi'}, limits: {memory: '512Mi'}},
      mongodb: {
        resources: {requests: {memory: '2Gi'}, limits: {memory: '2Gi'}},
        jobResources: {requests: {cpu: '20m'}, limits: {memory: '512Mi'}},
        persistence: {size: '20Gi', storageClass: 'fast'},
      },
    },
  },
  {
    name: 'a long drain',
    values: {rollout: {preStopSeconds: 15, drainSeconds: 25, gracePeriodSeconds: 60}, service: {port: 8000}},
    only: neighboursAt(8000),
  },
  {
    name: 'no drain',
    values: {rollout: {preStopSeconds: 0, drainSeconds: 0}, config: {CORS_ORIGINS: 'https://shop.example.com'}},
  },
];
