import type {KubernetesObject} from '../kubernetes.ts';
import type {ValueSet} from '../values.ts';

/** By the sentence that holds for every set of values: what breaks it, a line each. */
export type Rules = Record<string, (objects: KubernetesObject[], set: ValueSet) => string[]>;
