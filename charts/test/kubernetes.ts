export type Labels = Record<string, string>;
export type Selector = {
  matchLabels?: Labels;
  matchExpressions?: {key: string; operator: string; values: string[]}[];
};

type SecurityContext = {
  runAsNonRoot?: boolean;
  runAsUser?: number | null;
  runAsGroup?: number | null;
  fsGroup?: number | null;
  seccompProfile?: {type: string};
  allowPrivilegeEscalation?: boolean;
  privileged?: boolean;
  readOnlyRootFilesystem?: boolean;
  capabilities?: {drop?: string[]; add?: string[]};
};

type Probe = {
  httpGet?: {path: string; port: string};
  tcpSocket?: {port: string};
  exec?: {command: string[]};
};

type KeyRef = {name: string; key: string};
export type EnvVariable = {
  name: string;
  value?: string;
  valueFrom?: {secretKeyRef?: KeyRef; configMapKeyRef?: KeyRef; fieldRef?: {fieldPath: string}};
};

export type Container = {
  name: string;
  image: string;
  command?: string[];
  args?: string[];
  env?: EnvVariable[];
  envFrom?: object[];
  ports?: {name: string; containerPort: number; hostPort?: number}[];
  securityContext?: SecurityContext;
  resources?: {requests?: Labels; limits?: Labels};
  volumeMounts?: {name: string; mountPath: string}[];
  lifecycle?: {preStop?: {sleep?: {seconds: number}}};
  startupProbe?: Probe;
  livenessProbe?: Probe;
  readinessProbe?: Probe;
};

type Items = {key: string}[];
export type Volume = {
  name: string;
  emptyDir?: object;
  hostPath?: object;
  secret?: {secretName: string; defaultMode?: number; items?: Items; optional?: boolean};
  configMap?: {name: string; items?: Items; optional?: boolean};
  persistentVolumeClaim?: {claimName: string};
};

export type PodSpec = {
  restartPolicy?: string;
  serviceAccountName?: string;
  automountServiceAccountToken?: boolean;
  enableServiceLinks?: boolean;
  hostNetwork?: boolean;
  hostPID?: boolean;
  hostIPC?: boolean;
  securityContext?: SecurityContext & {sysctls?: object[]};
  imagePullSecrets?: {name: string}[];
  dnsConfig?: object;
  terminationGracePeriodSeconds?: number;
  topologySpreadConstraints?: {topologyKey: string; labelSelector: Selector; matchLabelKeys?: string[]}[];
  initContainers?: Container[];
  containers: Container[];
  volumes?: Volume[];
};

export type Template = {metadata: {labels?: Labels; annotations?: Labels}; spec: PodSpec};
type Metadata = {name: string; labels?: Labels; annotations?: Labels};
type Of<Kind extends string, Body> = {apiVersion: string; kind: Kind; metadata: Metadata} & Body;

export type Peer = {podSelector?: Selector; namespaceSelector?: Selector; ipBlock?: {cidr: string}};
export type PolicyRule = {from?: Peer[]; to?: Peer[]; ports?: {port: number | string; protocol?: string}[]};
export type NetworkPolicy = Of<
  'NetworkPolicy',
  {spec: {podSelector: Selector; policyTypes: string[]; ingress?: PolicyRule[]; egress?: PolicyRule[]}}
>;

type StatefulSetSpec = {
  serviceName: string;
  replicas: number;
  selector: Selector;
  template: Template;
  volumeClaimTemplates: {metadata: Metadata; spec: {storageClassName?: string; dataSource?: object}}[];
};
type DeploymentSpec = {
  replicas?: number;
  strategy: {rollingUpdate: {maxUnavailable: number; maxSurge: number}};
  selector: Selector;
  template: Template;
};
type ServiceSpec = {
  clusterIP?: string;
  publishNotReadyAddresses?: boolean;
  selector: Labels;
  ports: {name: string; port: number; targetPort: string}[];
};
type ServiceMonitorSpec = {
  selector: Selector;
  endpoints: {
    port: string;
    interval: string;
    relabelings: {targetLabel: string; replacement: string}[];
    metricRelabelings?: object[];
  }[];
};
type IngressPath = {path: string; backend: {service: {name: string; port: {name: string}}}};
type IngressSpec = {
  tls?: {secretName: string; hosts: string[]}[];
  rules: {host: string; http: {paths: IngressPath[]}}[];
};

type Rule = {alert?: string; record?: string; expr: string; annotations?: Labels};

export type KubernetesObject =
  | Of<'ConfigMap', {data: Record<string, string>}>
  | Of<'CronJob', {spec: {suspend?: boolean; jobTemplate: {spec: {backoffLimit: number; template: Template}}}}>
  | Of<'Deployment', {spec: DeploymentSpec}>
  | Of<
      'HorizontalPodAutoscaler',
      {spec: {minReplicas: number; metrics: object[]; behavior?: object; scaleTargetRef: {kind: string; name: string}}}
    >
  | Of<
      'HTTPRoute',
      {spec: {rules: {backendRefs: {name: string; port: number}[]; filters?: object[]; timeouts?: object}[]}}
    >
  | Of<'Ingress', {spec: IngressSpec}>
  | Of<'Job', {spec: {backoffLimit: number; template: Template}}>
  | NetworkPolicy
  | Of<'PersistentVolumeClaim', {spec: {storageClassName?: string}}>
  | Of<'Pod', {spec: PodSpec}>
  | Of<'PodDisruptionBudget', {spec: {selector: Selector}}>
  | Of<'PrometheusRule', {spec: {groups: {name: string; rules: Rule[]}[]}}>
  | Of<'Secret', {data: Record<string, string>}>
  | Of<'Service', {spec: ServiceSpec}>
  | Of<'ServiceAccount', {automountServiceAccountToken?: boolean}>
  | Of<'ServiceMonitor', {spec: ServiceMonitorSpec}>
  | Of<'StatefulSet', {spec: StatefulSetSpec}>;

export type Kind = KubernetesObject['kind'];
export type ObjectOf<K extends Kind> = Extract<KubernetesObject, {kind: K}>;

export const titleOf = ({kind, metadata}: KubernetesObject): string => `${kind}/${metadata.name}`;

/** The title without the hash at its end: the name of a Job ends in a hash of its spec. */
export const withoutHash = (title: string): string => title.replace(/-[0-9a-f]{8}$/u, '');

export const ofKind = <K extends Kind>(objects: KubernetesObject[], kind: K): ObjectOf<K>[] =>
  objects.filter((object): object is ObjectOf<K> => object.kind === kind);

export function named<K extends Kind>(objects: KubernetesObject[], kind: K, name: string): ObjectOf<K> {
  const found = ofKind(objects, kind).find(({metadata}) => metadata.name === name);
  if (!found) throw new Error(`there is no ${kind} ${name}`);
  return found;
}

/** True if the selector selects an object with these labels. */
export function matches({matchLabels = {}, matchExpressions = []}: Selector, labels: Labels = {}): boolean {
  const unknown = matchExpressions.find(({operator}) => operator !== 'In');
  if (unknown) throw new Error(`the tests do not support the operator ${unknown.operator}`);

  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({key, values}) => values.includes(labels[key] ?? ''))
  );
}
