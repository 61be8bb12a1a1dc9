import type {Options} from '../../../verify/lib/charts/render.ts';
import type {Chart, Values} from '../../../verify/lib/charts/values.ts';

/** Values that a chart refuses: the sentence that it says, and how helm is called. */
export type Refusal = [chart: Chart, what: string, values: Values, says: RegExp, options?: Options];
