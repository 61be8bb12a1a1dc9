import {once} from 'node:events';
import {createServer} from 'node:http';
import {connect, type AddressInfo, type Socket} from 'node:net';
import {setTimeout as wait} from 'node:timers/promises';
import test, {type ExecutionContext} from 'ava';
import {boundConnections, type ConnectionLimits} from '../connections.ts';

/** A server that answers `/` at once and any other path never. */
async function startServer(t: ExecutionContext, given: Partial<ConnectionLimits>) {
  const limits = {all: 0, perAddress: 0, ageMs: 0, ...given};
  const closed: string[] = [];
  // A machine may have one address only, so the tests say which one each connection is from.
  const addresses: string[] = [];
  const server = createServer((request, response) => {
    whileBusy(request, response);
    if (request.url === '/') response.end('here');
    else server.emit('busy');
  });
  const whileBusy = boundConnections(
    server,
    limits,
    () => closed.push('closed'),
    () => addresses.shift() ?? '',
  );
  server.on('connection', socket => socket.once('close', () => server.emit('gone')));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  const {port} = server.address() as AddressInfo;

  async function open(address = 'an address'): Promise<Socket> {
    addresses.push(address);
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    await Promise.all([once(socket, 'connect'), once(server, 'connection')]);
    return socket;
  }

  async function openBusy(): Promise<Socket> {
    const socket = await open();
    const busy = once(server, 'busy');
    socket.write('GET /never HTTP/1.1\r\nHost: a\r\n\r\n');
    await busy;
    return socket;
  }
  return {server, open, openBusy, closed};
}

/** What the server answers on this connection; empty if it has closed it. */
async function answerOn(socket: Socket): Promise<string> {
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  // Writing to a connection that the server has closed is an error.
  const answer = await Promise.race([once(socket, 'data'), once(socket, 'close')]).catch(() => ['']);
  return String(answer[0]);
}

/** Whether the server answers on this connection, or else has closed it. */
const isServed = async (socket: Socket): Promise<boolean> => (await answerOn(socket)).includes('here');

const servedOf = (sockets: Socket[]): Promise<boolean[]> => Promise.all(sockets.map(isServed));

test('as many connections as allowed are served, and none is closed', async t => {
  const {open, closed} = await startServer(t, {all: 3, perAddress: 3});
  const sockets = [await open(), await open(), await open()];

  t.deepEqual(await servedOf(sockets), [true, true, true]);
  t.deepEqual(closed, []);
});

test('one connection too many closes the one that is idle for the longest time', async t => {
  const {open, closed} = await startServer(t, {all: 3});
  const sockets = [await open(), await open(), await open()];
  // Now the second one is the longest idle.
  t.true(await isServed(sockets[0] as Socket));
  sockets.push(await open());

  t.deepEqual(await servedOf(sockets), [true, false, true, true]);
  t.deepEqual(closed, ['closed']);
});

test('a connection that waits for its answer is never closed for another one', async t => {
  const {open, openBusy} = await startServer(t, {all: 2});
  const busy = [await openBusy(), await openBusy()];
  const late = await open();

  t.false(await isServed(late));
  t.deepEqual(
    busy.map(({closed}) => closed),
    [false, false],
  );
});

test('an address with too many connections closes its own, not those of others', async t => {
  const {open, closed} = await startServer(t, {perAddress: 2});
  const other = await open('another');
  const sockets = [await open(), await open(), await open()];

  t.deepEqual(await servedOf([other, ...sockets]), [true, false, true, true]);
  t.deepEqual(closed, ['closed']);
});

test('an address that waits for as many answers as it may have connections gets no more, but others do', async t => {
  const {open, openBusy} = await startServer(t, {perAddress: 2});
  await openBusy();
  await openBusy();

  t.deepEqual(await servedOf([await open(), await open('another')]), [false, true]);
});

test('a thousand connections that do nothing keep nobody out', async t => {
  const {open} = await startServer(t, {all: 1_000, perAddress: 500});
  for (let count = 0; count < 1_000; count += 1) await open(`address ${count % 2}`);

  const others = [];
  for (let count = 0; count < 80; count += 1) others.push(await open());
  t.deepEqual(new Set(await servedOf(others)), new Set([true]));
});

test('a connection that closes makes room for another one', async t => {
  const {server, open, openBusy} = await startServer(t, {all: 1, perAddress: 1});
  const busy = await openBusy();
  const gone = once(server, 'gone');
  busy.destroy();
  await gone;

  t.true(await isServed(await open()));
});

test('with limits of 0 all connections are served', async t => {
  const {open} = await startServer(t, {});

  t.deepEqual(await servedOf([await open(), await open(), await open()]), [true, true, true]);
});

test('the first answer on a connection that is older than its age closes it', async t => {
  const {open} = await startServer(t, {ageMs: 100});
  const socket = await open();
  t.true(await isServed(socket));
  t.false(socket.destroyed);

  // A fifth more than the age, and some for timers.
  await wait(150);
  const closed = once(socket, 'close');
  t.true(await isServed(socket));
  await closed;
});

test('the connections of one moment do not all end at the same age', async t => {
  const {open} = await startServer(t, {ageMs: 200});
  const sockets: Socket[] = [];
  for (let count = 0; count < 40; count += 1) sockets.push(await open());

  await wait(200);
  const answers = await Promise.all(sockets.map(answerOn));
  const ended = answers.filter(answer => /connection: close/iu.test(answer)).length;
  t.true(ended > 0 && ended < 40, `${ended} of 40`);
});
