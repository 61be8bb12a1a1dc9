import type {Options} from '../render.ts';
import type {Chart, Values} from '../values.ts';

/** Values that a chart refuses: the sentence that it says, and how helm is called. */
export type Refusal = [chart: Chart, what: string, values: Values, says: RegExp, options?: Options];
