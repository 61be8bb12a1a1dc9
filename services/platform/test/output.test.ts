import test from 'ava';
import {createOutput} from '../output.ts';

const failure = (code: string) => Object.assign(new Error(code), {code});
const all = (bytes: Buffer) => Promise.resolve({bytesWritten: bytes.length});

/** An output whose writes these functions answer, one each; later ones take all. It keeps what was written. */
function startOutput(...answers: ((bytes: Buffer) => Promise<{bytesWritten: number}>)[]) {
  const seen = {text: '', writes: 0, dropped: 0};
  const output = createOutput(
    1,
    lines => (seen.dropped += lines),
    async (_fd, bytes) => {
      const {bytesWritten} = await (answers[seen.writes++] ?? all)(bytes);
      seen.text += bytes.subarray(0, bytesWritten).toString();
      return {bytesWritten};
    },
  );
  return {output, seen};
}

test('lines are written in their order, and those of one moment together', async t => {
  const {output, seen} = startOutput();

  output.write('one\n');
  output.write('two\n');
  const isDone = await output.flush();

  t.true(isDone);
  t.deepEqual(seen, {text: 'one\ntwo\n', writes: 1, dropped: 0});
});

test('a line that is written in parts is whole', async t => {
  const {output, seen} = startOutput(() => Promise.resolve({bytesWritten: 2}));

  output.write('grüße\n');
  await output.flush();

  t.deepEqual(seen, {text: 'grüße\n', writes: 2, dropped: 0});
});

test('a full pipe that does not block is tried again', async t => {
  const {output, seen} = startOutput(() => Promise.reject(failure('EAGAIN')));

  output.write('one\n');

  t.true(await output.flush());
  t.deepEqual(seen, {text: 'one\n', writes: 2, dropped: 0});
});

test('lines that cannot be written are dropped and counted, and later ones are written', async t => {
  const {output, seen} = startOutput(() => Promise.reject(failure('ENOSPC')));

  output.write('one\n');
  output.write('two\n');
  t.true(await output.flush());
  output.write('three\n');
  t.true(await output.flush());

  t.deepEqual(seen, {text: 'three\n', writes: 2, dropped: 2});
});

test('a line that could not be finished does not spoil the next', async t => {
  const {output, seen} = startOutput(
    () => Promise.resolve({bytesWritten: 6}),
    () => Promise.reject(failure('ENOSPC')),
  );

  output.write('one\n');
  output.write('two\n');
  await output.flush();
  output.write('three\n');
  await output.flush();

  t.is(seen.text, 'one\ntw\nthree\n');
  t.is(seen.dropped, 1);
});

test('while nothing is taken, a megabyte waits, the oldest lines are dropped, and a flush gives up after a second', async t => {
  const stalled = Promise.withResolvers<void>();
  const {output, seen} = startOutput(bytes => stalled.promise.then(() => all(bytes)));
  const line = (index: number) => `${String(index).padStart(1023)}\n`;

  output.write('first\n');
  void output.flush();
  while (seen.writes === 0) await new Promise(setImmediate);
  for (let index = 1; index <= 1_500; index++) output.write(line(index));
  const start = performance.now();
  const isDone = await output.flush();
  const waited = performance.now() - start;

  t.false(isDone);
  t.true(waited < 2_000);
  t.is(seen.dropped, 1_500 - 1_024);
  stalled.resolve();
  t.true(await output.flush());
  t.is(seen.text.split('\n').at(-2)?.trim(), '1500');
});
