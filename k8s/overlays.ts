import {hasDatabase, signsTokens, type Service} from '../tools/services.ts';

/** The files of k8s/overlays that must name every service, by their paths: kustomize cannot loop over services. */
export const overlays = (services: Service[]): Record<string, string> => {
  const names = services.map(({name}) => name);
  const stores = services.filter(hasDatabase).map(({name}) => name);
  return {
    'k8s/overlays/dev/kustomization.yaml': dev(names, stores),
    'k8s/overlays/ha/kustomization.yaml': ha(stores),
    'k8s/overlays/ha/poddisruptionbudgets.yaml': stores.map(budget).join(''),
    'k8s/overlays/token/kustomization.yaml': token(services),
    'k8s/overlays/tracing/kustomization.yaml': tracing(names),
  };
};

const NAMESPACE = 'duet';

const HEADER = `# Made by \`npm run k8s\` from k8s/overlays.ts.
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: ${NAMESPACE}
`;

/** The keys of the Secret of each kind, as `npm run k8s:secrets` writes them. */
export const secretKeys = {
  mongodb: ['keyfile', 'password', 'backup-password', 'restore-password', 'uri'],
  tokens: ['keys', 'admin-email', 'admin-password'],
} as const;

const secret = (service: string, kind: keyof typeof secretKeys): string => `  - name: ${service}-${kind}
    files:
${secretKeys[kind].map(key => `      - secrets/${service}-${kind}/${key}\n`).join('')}`;

const dev = (names: string[], stores: string[]): string => `${HEADER}resources:
  - ../../base
  - namespace.yaml
# Made by \`npm run k8s:secrets\`, ignored by git.
secretGenerator:
${stores.map(name => secret(name, 'mongodb')).join('')}generatorOptions:
  disableNameSuffixHash: true
images:
${names.map(name => `  - name: ${name}\n    newTag: dev\n`).join('')}patches:
  # One small pod of each.
  - target:
      kind: Deployment
    patch: |-
      - {op: replace, path: /spec/replicas, value: 1}
      - {op: replace, path: /spec/template/spec/containers/0/resources/requests/cpu, value: 10m}
  - target:
      kind: StatefulSet
    patch: |-
      - {op: replace, path: /spec/template/spec/containers/0/resources, value: {requests: {cpu: 50m, memory: 512Mi}, limits: {memory: 512Mi}}}
      - {op: replace, path: /spec/volumeClaimTemplates/0/spec/resources/requests/storage, value: 1Gi}
  - target:
      kind: PodDisruptionBudget
    patch: |-
      $patch: delete
      apiVersion: policy/v1
      kind: PodDisruptionBudget
      metadata:
        name: any
`;

const ha = (stores: string[]): string => `${HEADER}resources:
  - ../../base
  - poddisruptionbudgets.yaml
patches:
  # Three members. A rolling update waits until the restarted member has caught up.
  - target:
      kind: StatefulSet
    patch: |-
      - {op: replace, path: /spec/replicas, value: 3}
      - op: replace
        path: /spec/template/spec/containers/0/readinessProbe
        value:
          exec:
            command:
              - sh
              - -c
              - >-
                HOME=/tmp mongosh --norc --quiet --eval
                'const {setName, isWritablePrimary, secondary} = db.hello(); quit(setName === "rs0" && (isWritablePrimary || secondary) ? 0 : 1)'
          periodSeconds: 15
          timeoutSeconds: 10
${stores.map(setupOfThree).join('')}`;

const setupOfThree = (service: string): string => `  # Under a new name the setup Job runs again and adds the members.
  - target:
      kind: Job
      name: ${service}-mongodb-setup-.*
    options:
      allowNameChange: true
    patch: |-
      - {op: replace, path: /metadata/name, value: ${service}-mongodb-setup-ha}
      - {op: replace, path: /spec/template/spec/containers/0/env/2/value, value: "${threeMembers(service)}"}
`;

const threeMembers = (service: string): string =>
  [0, 1, 2].map(ordinal => `${service}-mongodb-${ordinal}.${service}-mongodb.$(NAMESPACE).svc:27017`).join(',');

const budget = (service: string): string => `---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: ${service}-mongodb
spec:
  maxUnavailable: 1
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      app.kubernetes.io/name: ${service}-mongodb
      app.kubernetes.io/instance: duet
`;

const token = (services: Service[]): string => `${HEADER}resources:
  - ../dev
# Made by \`npm run k8s:secrets\`, ignored by git.
secretGenerator:
${services
  .filter(signsTokens)
  .map(({name}) => secret(name, 'tokens'))
  .join('')}generatorOptions:
  disableNameSuffixHash: true
patches:
  # users has the private keys; the others fetch the public ones from it.
${services.map(service => (signsTokens(service) ? signing(service) : verifying(service))).join('')}`;

const verifying = ({name}: Service): string => `  - patch: |-
      apiVersion: apps/v1
      kind: Deployment
      metadata:
        name: ${name}
      spec:
        template:
          spec:
            containers:
              - name: ${name}
                env:
                  - {name: AUTH, value: token}
`;

const signing = (
  service: Service,
): string => `${verifying(service)}                  - {name: AUTH_KEYS_FILE, value: /run/secrets/auth/keys}
                  - {name: ADMIN_EMAIL_FILE, value: /run/secrets/auth/admin-email}
                  - {name: ADMIN_PASSWORD_FILE, value: /run/secrets/auth/admin-password}
                volumeMounts:
                  - {name: auth, mountPath: /run/secrets/auth, readOnly: true}
            volumes:
              - name: auth
                secret: {secretName: ${service.name}-tokens, defaultMode: 0440}
`;

const tracing = (names: string[]): string => `${HEADER}resources:
  - ../dev
  - ../../observability
patches:
  # Traces every request to the Jaeger in the same namespace, and lets the Prometheus there scrape the metrics.
  - target:
      kind: Deployment
      name: ^(${names.join('|')})$
    patch: |-
      - op: add
        path: /spec/template/spec/containers/0/env/-
        value: {name: OTEL_EXPORTER_OTLP_ENDPOINT, value: "http://jaeger:4318"}
  - target:
      kind: NetworkPolicy
      name: ^(${names.join('|')})$
    patch: |-
      - {op: add, path: /spec/egress/-, value: {ports: [{port: 4318}]}}
      - op: add
        path: /spec/ingress/-
        value: {from: [{podSelector: {matchLabels: {app.kubernetes.io/name: prometheus}}}], ports: [{port: ops}]}
`;
