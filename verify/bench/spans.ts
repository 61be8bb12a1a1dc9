/** The number of spans by the name of their instrumentation. */
export type SpanCounts = Record<string, number>;

// Field numbers of the OpenTelemetry protocol, from the outermost message to the innermost.
const RESOURCE_SPANS = 1;
const SCOPE_SPANS = 2;
const [SCOPE, SPAN] = [1, 2];
const NAME = 1;

/** Counts the spans in the body of an OTLP export in protobuf. */
export function countSpans(body: Buffer): SpanCounts {
  const counts: SpanCounts = {};
  const scopes = fields(body, RESOURCE_SPANS).flatMap(resource => fields(resource, SCOPE_SPANS));
  for (const scope of scopes) {
    const name = fields(scope, SCOPE).flatMap(about => fields(about, NAME).map(String))[0] ?? '';
    addTo(counts, {[name]: fields(scope, SPAN).length});
  }
  return counts;
}

export function addTo(counts: SpanCounts, more: SpanCounts): void {
  for (const [name, count] of Object.entries(more)) counts[name] = (counts[name] ?? 0) + count;
}

const LENGTH_DELIMITED = 2;

/** The contents of all fields with this number. These messages hold only whole numbers and length-delimited fields. */
function fields(message: Buffer, wanted: number): Buffer[] {
  const found: Buffer[] = [];
  let at = 0;
  const readNumber = (): number => {
    let value = 0;
    let weight = 1;
    for (; message.readUInt8(at) >= 128; at++, weight *= 128) value += (message.readUInt8(at) - 128) * weight;
    return value + message.readUInt8(at++) * weight;
  };

  while (at < message.length) {
    const tag = readNumber();
    const lengthOrValue = readNumber();
    if ((tag & 7) !== LENGTH_DELIMITED) continue;
    if (tag >>> 3 === wanted) found.push(message.subarray(at, at + lengthOrValue));
    at += lengthOrValue;
  }
  return found;
}
