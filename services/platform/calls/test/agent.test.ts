import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {createServer as createHttpServer, type Server} from 'node:http';
import {connect, createServer, type AddressInfo, type LookupFunction} from 'node:net';
import {setTimeout as wait} from 'node:timers/promises';
import test, {type ExecutionContext} from 'ava';
import got from 'got';
import {createAgents} from '../agent.ts';

async function portOf(t: ExecutionContext, server: ReturnType<typeof createServer>): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** A pod that counts its requests. */
async function startPod(t: ExecutionContext) {
  let requests = 0;
  const server: Server = createHttpServer((_request, response) => {
    requests += 1;
    response.end();
  });
  t.teardown(() => server.closeAllConnections());
  return {port: await portOf(t, server), requests: () => requests};
}

/** A Kubernetes Service: one address, and each new connection goes to the next pod. */
async function startService(t: ExecutionContext, pods: {port: number}[]) {
  let connections = 0;
  const server = createServer(socket => {
    const pod = connect(pods[connections % pods.length]?.port ?? 0, '127.0.0.1');
    connections += 1;
    socket.on('error', () => pod.destroy()).pipe(pod);
    pod.on('error', () => socket.destroy()).pipe(socket);
  });
  return {url: `http://127.0.0.1:${await portOf(t, server)}`, connections: () => connections};
}

function clientOf(t: ExecutionContext, url: string) {
  let time = 0;
  const agent = createAgents(4, 1_000, () => time);
  t.teardown(() => agent.http.destroy());
  return {
    call: async (times: number) => {
      for (let count = 0; count < times; count++) await got(url, {agent, retry: {limit: 0}});
    },
    callAtOnce: (times: number) => Promise.all(Array.from({length: times}, () => got(url, {agent, retry: {limit: 0}}))),
    pass: (ms: number) => (time += ms),
  };
}

test('a connection is reused for 30 seconds, then replaced', async t => {
  const service = await startService(t, [await startPod(t)]);
  const client = clientOf(t, service.url);

  await client.call(10);
  client.pass(29_999);
  await client.call(10);
  t.is(service.connections(), 1);

  client.pass(1);
  await client.call(10);
  t.is(service.connections(), 2);
});

test('a new pod gets its share of requests within 30 seconds', async t => {
  const [old, young] = [await startPod(t), await startPod(t)];
  const pods = [old];
  const service = await startService(t, pods);
  const client = clientOf(t, service.url);
  await client.callAtOnce(4);

  pods.push(young);
  await client.call(20);
  t.is(young.requests(), 0);

  client.pass(30_000);
  await client.callAtOnce(4);
  await client.callAtOnce(4);
  await client.call(20);
  t.true(young.requests() >= 10);
  t.is(service.connections(), 8);
});

test('there are never more connections than maxSockets', async t => {
  const service = await startService(t, [await startPod(t)]);
  const client = clientOf(t, service.url);

  await client.callAtOnce(50);

  t.is(service.connections(), 4);
});

/** A port of 127.0.0.1 on which connections are neither accepted nor refused: its process is stopped, its queue full. */
async function silentPort(t: ExecutionContext): Promise<number> {
  const code = `const server = require('node:net').createServer().listen({port: 0, host: '127.0.0.1', backlog: 1},
    () => console.log(server.address().port));`;
  const child = spawn(process.execPath, ['--eval', code], {stdio: ['ignore', 'pipe', 'inherit']});
  t.teardown(() => child.kill('SIGKILL'));
  const [port] = (await once(child.stdout, 'data')) as [Buffer];
  child.kill('SIGSTOP');
  const fillers = Array.from({length: 8}, () => connect(Number(port), '127.0.0.1').on('error', () => undefined));
  t.teardown(() => fillers.forEach(socket => socket.destroy()));
  await wait(100);
  return Number(port);
}

// Only Linux has every address of 127.0.0.0/8, and drops connections beyond the queue.
(process.platform === 'linux' ? test : test.skip)(
  'if the first address of a name is silent, the second is tried',
  async t => {
    const port = await silentPort(t);
    const server = createHttpServer((_request, response) => response.end('second')).listen(port, '127.0.0.2');
    await once(server, 'listening');
    t.teardown(() => server.close().closeAllConnections());
    const both = ['127.0.0.1', '127.0.0.2'].map(address => ({address, family: 4}));
    const dnsLookup: LookupFunction = (_name, _options, done) => done(null, both);
    const options = {agent: createAgents(4, 200), dnsLookup, timeout: {connect: 200}, retry: {limit: 0}};

    const answer = await got(`http://two.example:${port}`, options);

    t.is(answer.body, 'second');
  },
);
