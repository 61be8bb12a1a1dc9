import {Document, isMap, isScalar, isSeq, type Node} from 'yaml';
import {hasDatabase, readServices, type Service} from './services.ts';

/** The text of skaffold.yaml: an artifact, a release and a forwarded port for every service. */
export async function skaffold(): Promise<string> {
  const services = await readServices();
  const document = new Document(
    {
      apiVersion: 'skaffold/v4beta14',
      kind: 'Config',
      metadata: {name: 'duet'},
      build: {artifacts: services.map(artifact), local: {push: false, useBuildkit: false}},
      deploy: {helm: {releases: services.map(release)}},
      portForward: services.map(({name, port}) => forward(name, port, 80)),
      profiles: [dev(services), ha(services), observability(services), verify(services)],
    },
    {aliasDuplicateObjects: false},
  );
  document.commentBefore = ' Made by `npm run generate` from tools/skaffold.ts.';
  for (const {path, comment} of comments) commentOn(document, path, comment);
  return document.toString({singleQuote: true, lineWidth: 0});
}

const comments = [
  {
    path: ['deploy', 'helm'],
    comment: 'A release for each service with its database, so that one is deployed without the others.',
  },
  {
    path: ['profiles', 0],
    comment:
      '`skaffold dev` writes a changed file into the running container, where `node --watch` restarts the service.',
  },
  {path: ['profiles', 1], comment: 'Two pods of each service and three members of each replica set.'},
  {
    path: ['profiles', 2],
    comment: 'With Jaeger, Prometheus and Grafana, and services that report to them: k8s/observability/README.md.',
  },
  {
    path: ['profiles', 2, 'patches', 1],
    comment: 'Helm waits for the services. Nothing waits for Grafana, whose image may be out of reach.',
  },
  {
    path: ['profiles', 3],
    comment: 'The system test, as pods inside the cluster: a real order through both services and both databases.',
  },
];

const artifact = ({name}: Service): object => ({
  image: name,
  docker: {dockerfile: `Dockerfile.${name}`, target: 'production'},
});

function release(service: Service): object {
  const {name} = service;
  // In skaffold's templates an image is named without hyphens.
  const image = name.replaceAll('-', '_');
  return {
    name,
    chartPath: `charts/${name}`,
    wait: true,
    valuesFiles: [`charts/${name}/values-dev.yaml`],
    setValueTemplates: {
      'image.repository': `{{.IMAGE_REPO_${image}}}`,
      'image.tag': `{{.IMAGE_TAG_${image}}}`,
      ...(hasDatabase(service) && {'mongodb.image.tag': '{{default "8.0.26" .MONGO_TAG}}'}),
    },
  };
}

const forward = (resourceName: string, localPort: number, port = localPort): object => ({
  resourceType: 'service',
  resourceName,
  port,
  ...(port !== localPort && {localPort}),
});

const add = (path: string, value: unknown): object => ({op: 'add', path, value});

/** Values that a profile adds to the release of each service. */
const setValues = (services: Service[], valuesOf: (service: Service) => object): object[] =>
  services.map((service, index) => add(`/deploy/helm/releases/${index}/setValues`, valuesOf(service)));

const dev = (services: Service[]): object => ({
  name: 'dev',
  activation: [{command: 'dev'}],
  patches: [
    ...services.flatMap(({name}, index) => [
      {op: 'replace', path: `/build/artifacts/${index}/docker/target`, value: 'dev'},
      add(`/build/artifacts/${index}/sync`, {
        manual: ['platform', name].map(folder => ({src: `services/${folder}/**`, dest: '/app'})),
      }),
    ]),
    ...setValues(services, () => ({'image.writable': true})),
  ],
});

const ha = (services: Service[]): object => ({
  name: 'ha',
  patches: setValues(services, service => ({
    replicaCount: 2,
    ...(hasDatabase(service) && {'mongodb.replicaCount': 3}),
  })),
});

const observability = (services: Service[]): object => ({
  name: 'observability',
  patches: [
    add('/manifests', {kustomize: {paths: ['k8s/observability']}}),
    add('/deploy/kubectl', {}),
    add('/deploy/statusCheck', false),
    ...services.map((_, index) => add(`/deploy/helm/releases/${index}/valuesFiles/-`, 'k8s/observability/values.yaml')),
    ...Object.entries({grafana: 3000, jaeger: 16_686, prometheus: 9090}).map(([name, port]) =>
      add('/portForward/-', forward(name, port)),
    ),
  ],
});

const verify = (services: Service[]): object => ({
  name: 'verify',
  deploy: {
    helm: {
      hooks: {
        after: services.map(({name}) => ({
          host: {command: ['sh', '-c', `helm test ${name} --namespace "$SKAFFOLD_NAMESPACES" --logs`]},
        })),
      },
    },
  },
});

/** Puts a comment in front of an entry. */
function commentOn(document: Document, path: (string | number)[], comment: string): void {
  const parent = document.getIn(path.slice(0, -1), true);
  const entry = isMap(parent)
    ? parent.items.find(({key}) => isScalar(key) && key.value === path.at(-1))?.key
    : isSeq(parent) && parent.items[Number(path.at(-1))];
  (entry as Node).commentBefore = ` ${comment}`;
}
