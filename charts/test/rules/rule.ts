import type {KubernetesObject} from '../../../verify/lib/charts/kubernetes.ts';
import type {ValueSet} from '../../../verify/lib/charts/values.ts';

/** Rules for every set of values, by title. Each returns its violations, one a line. */
export type Rules = Record<string, (objects: KubernetesObject[], set: ValueSet) => string[]>;
