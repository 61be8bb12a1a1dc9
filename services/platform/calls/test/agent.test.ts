import {once} from 'node:events';
import {createServer as createHttpServer, type Server} from 'node:http';
import {connect, createServer, type AddressInfo} from 'node:net';
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
  const agent = createAgents(4, () => time);
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
