import {once} from 'node:events';
import {connect, createServer, type AddressInfo, type Socket} from 'node:net';
import type {ExecutionContext} from 'ava';
import {testMongoUrl} from './open-test-store.ts';

/**
 * The test's MongoDB behind a proxy. `swallow` loses what the connections open by now send from then on; later
 * connections work. `hold` keeps back what any connection sends, until `release`.
 */
export async function mongoBehindProxy(t: ExecutionContext) {
  const url = new URL(testMongoUrl());
  const [host, port] = [url.hostname, Number(url.port)];
  const pairs = new Map<Socket, Socket>();
  let isHeld = false;
  const server = createServer(socket => {
    const onward = connect(port, host);
    pairs.set(socket, onward);
    const end = () => {
      pairs.delete(socket);
      for (const either of [socket, onward]) either.destroy();
    };
    for (const either of [socket, onward]) either.on('error', end).once('close', end);
    onward.pipe(socket);
    if (!isHeld) socket.pipe(onward);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.close();
    for (const socket of pairs.keys()) socket.destroy();
  });

  url.port = String((server.address() as AddressInfo).port);
  url.search = 'directConnection=true';
  return {
    url: url.href,
    swallow: () => {
      for (const socket of pairs.keys()) socket.unpipe().resume();
    },
    hold: () => {
      isHeld = true;
      for (const socket of pairs.keys()) socket.unpipe().pause();
    },
    release: () => {
      isHeld = false;
      for (const [socket, onward] of pairs) socket.pipe(onward);
    },
  };
}
