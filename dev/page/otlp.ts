/** A span as the page shows it. Times are in milliseconds since 1970. */
export type Span = {
  traceId: string;
  spanId: string;
  parentId: string;
  name: string;
  service: string;
  start: number;
  end: number;
  attributes: Record<string, string>;
  isError: boolean;
};

type Field = {number: number; value: bigint; bytes: Buffer};

const [VARINT, FIXED_64, BYTES, FIXED_32] = [0, 1, 2, 5];

/** The spans in the body of an OTLP export over HTTP, in protobuf. @throws RangeError if the body is none. */
export function spansIn(body: Buffer): Span[] {
  return nested(body, 1).flatMap(resource => {
    const [about] = nested(resource, 1);
    const service = about ? (attributesIn(about, 1)['service.name'] ?? '') : '';
    return nested(resource, 2)
      .flatMap(scope => nested(scope, 2))
      .map(span => toSpan(span, service));
  });
}

function toSpan(span: Buffer, service: string): Span {
  const fields = fieldsIn(span);
  const bytes = (number: number): Buffer => fields.find(field => field.number === number)?.bytes ?? Buffer.alloc(0);
  const nanos = (number: number): bigint => fields.find(field => field.number === number)?.value ?? 0n;
  const status = fieldsIn(bytes(15)).find(({number}) => number === 3)?.value;
  return {
    traceId: bytes(1).toString('hex'),
    spanId: bytes(2).toString('hex'),
    parentId: bytes(4).toString('hex'),
    name: bytes(5).toString(),
    service,
    start: Number(nanos(7)) / 1e6,
    end: Number(nanos(8)) / 1e6,
    attributes: attributesIn(span, 9),
    isError: status === 2n,
  };
}

/** Attributes by name, as text. */
const attributesIn = (message: Buffer, number: number): Record<string, string> =>
  Object.fromEntries(
    nested(message, number).map(attribute => {
      const [key, value] = [nested(attribute, 1)[0], nested(attribute, 2)[0]];
      return [String(key), value ? textOf(value) : ''];
    }),
  );

/** Of the kinds of values, those that our spans have: texts and whole numbers. */
function textOf(value: Buffer): string {
  const [field] = fieldsIn(value);
  if (!field) return '';
  return field.number === 1 ? field.bytes.toString() : String(field.value);
}

const nested = (message: Buffer, number: number): Buffer[] =>
  fieldsIn(message)
    .filter(field => field.number === number)
    .map(({bytes}) => bytes);

function fieldsIn(message: Buffer): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const readNumber = (): bigint => {
    let [value, shift] = [0n, 0n];
    for (;;) {
      const byte = BigInt(message.readUInt8(at++));
      value |= (byte & 127n) << shift;
      if (byte < 128n) return value;
      shift += 7n;
    }
  };
  while (at < message.length) {
    const tag = Number(readNumber());
    const field: Field = {number: tag >>> 3, value: 0n, bytes: Buffer.alloc(0)};
    switch (tag & 7) {
      case VARINT:
        field.value = readNumber();
        break;
      case FIXED_64:
        field.value = message.readBigUInt64LE(at);
        at += 8;
        break;
      case FIXED_32:
        field.value = BigInt(message.readUInt32LE(at));
        at += 4;
        break;
      case BYTES: {
        const length = Number(readNumber());
        if (at + length > message.length) throw new RangeError('a field is longer than its message');
        field.bytes = message.subarray(at, at + length);
        at += length;
        break;
      }
      default:
        throw new RangeError('no such kind of field');
    }
    fields.push(field);
  }
  return fields;
}
