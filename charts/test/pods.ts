import {
  ofKind,
  titleOf,
  type Container,
  type KubernetesObject,
  type Labels,
  type PodSpec,
  type Template,
} from '../../verify/lib/charts/kubernetes.ts';

/** A pod that the objects create; `owner` is the object that creates it, such as Deployment/users. */
export type Pod = {owner: string; labels: Labels; spec: PodSpec; claims: string[]};

export const podsOf = (objects: KubernetesObject[]): Pod[] => [
  ...ofKind(objects, 'Pod').map(pod => fromTemplate(pod, pod)),
  ...ofKind(objects, 'CronJob').map(job => fromTemplate(job, job.spec.jobTemplate.spec.template)),
  ...ofKind(objects, 'Deployment').map(deployment => fromTemplate(deployment, deployment.spec.template)),
  ...ofKind(objects, 'Job').map(job => fromTemplate(job, job.spec.template)),
  ...ofKind(objects, 'StatefulSet').map(set => {
    const claims = set.spec.volumeClaimTemplates.map(({metadata}) => metadata.name);
    return fromTemplate(set, set.spec.template, claims);
  }),
];

export const containersOf = ({spec}: Pod): Container[] => [...(spec.initContainers ?? []), ...spec.containers];

export const isHelmTest = ({owner}: Pod): boolean => owner.startsWith('Pod/');
export const isService = ({owner}: Pod): boolean => owner.startsWith('Deployment/');
export const isMember = ({owner}: Pod): boolean => owner.startsWith('StatefulSet/');

/** Applies a rule to each container of each pod. Each problem is one line that says where it is. */
export const everyContainer =
  (problemsOf: (container: Container, pod: Pod) => string[]) =>
  (objects: KubernetesObject[]): string[] =>
    podsOf(objects).flatMap(pod =>
      containersOf(pod).flatMap(container =>
        problemsOf(container, pod).map(problem => `${pod.owner}, container ${container.name}: ${problem}`),
      ),
    );

const fromTemplate = (owner: KubernetesObject, {metadata, spec}: Template, claims: string[] = []): Pod => ({
  owner: titleOf(owner),
  labels: metadata.labels ?? {},
  spec,
  claims,
});
