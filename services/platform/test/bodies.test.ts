import {once} from 'node:events';
import {createServer} from 'node:http';
import {connect, type AddressInfo, type Socket} from 'node:net';
import test, {type ExecutionContext} from 'ava';
import Koa from 'koa';
import {boundBodies, MAX_BODY} from '../bodies.ts';
import {problems} from '../problems.ts';
import {testParts} from './start-app.ts';

/** A server that reads bodies and answers their length. All bodies together may hold `maxArriving` bytes. */
async function startServer(t: ExecutionContext, maxArriving?: number) {
  const {log, overload} = testParts();
  const app = new Koa();
  app.use(problems(log));
  app.use(boundBodies(overload, maxArriving));
  app.use(async ctx => {
    let length = 0;
    ctx.req.on('data', (chunk: Buffer) => {
      length += chunk.length;
      server.emit('read');
    });
    await once(ctx.req, 'end');
    ctx.body = String(length);
  });
  const handle = app.callback();
  const server = createServer((request, response) => void handle(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.close();
    server.closeAllConnections();
  });

  /** Begins a body of `length` bytes with so many of them, and waits until the server has read those. */
  return async function begin(length: number, sent: number): Promise<Socket> {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => undefined);
    const read = once(server, 'read');
    const head = `POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: ${length}\r\n\r\n`;
    socket.write(head + 'a'.repeat(sent));
    await read;
    return socket;
  };
}

/** The status of the answer, and the length that the server has read. */
async function answerTo(socket: Socket): Promise<string> {
  const [answer] = (await once(socket, 'data')) as [Buffer];
  const [head = '', body = ''] = answer.toString().split('\r\n\r\n');
  const status = head.slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length);
  return status === '200' ? `200 ${body}` : status;
}

test('bodies that hold as much as they may together are all read', async t => {
  const begin = await startServer(t, 100);
  const first = await begin(50, 40);
  const second = await begin(60, 60);
  first.write('a'.repeat(10));

  t.deepEqual([await answerTo(second), await answerTo(first)], ['200 60', '200 50']);
});

test('of bodies that hold more than they may together, the first to begin is refused with 503', async t => {
  const begin = await startServer(t, 100);
  const first = await begin(50, 41);
  const second = await begin(70, 59);
  const third = begin(1, 1);

  t.is(await answerTo(first), '503');
  t.is(await answerTo(await third), '200 1');
  second.write('a'.repeat(11));
  t.is(await answerTo(second), '200 70');
});

test('bodies that have been read hold nothing', async t => {
  const begin = await startServer(t, 100);

  const answers = [];
  for (let count = 0; count < 5; count += 1) answers.push(await answerTo(await begin(60, 60)));
  t.deepEqual(answers, Array<string>(5).fill('200 60'));
});

test('a body of the longest length is read, and one byte more is refused with 413', async t => {
  const begin = await startServer(t);

  t.is(await answerTo(await begin(MAX_BODY, MAX_BODY)), `200 ${MAX_BODY}`);
  t.is(await answerTo(await begin(MAX_BODY + 1, MAX_BODY + 1)), '413');
});
