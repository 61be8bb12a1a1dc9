import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {freePort} from '../../dev/ports.ts';
import {call} from '../lib/client.ts';
import {start} from '../lib/execute.ts';
import {expect, until} from '../lib/until.ts';
import {startSystem} from '../system/start-system.ts';
import type {Run} from './run.ts';

/** A reverse proxy: its configuration for one upstream, and the arguments that run it in the foreground. */
type Proxy = {configFor(port: number, upstream: string): string; argumentsFor(file: string): string[]};

// Each keeps connections to the service and sends the address of its client with the port. HAProxy compresses.
const proxies = {
  nginx: {
    configFor: (port, upstream) => `
      daemon off; pid nginx.pid; error_log stderr;
      events {}
      http {
        access_log off; client_body_temp_path body; proxy_temp_path proxy;
        fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
        client_body_buffer_size 256k;
        # It ignores the directive no-transform: with gzip it makes the ETags of JSON weak, and If-Match 412.
        gzip off;
        upstream service { server ${upstream}; keepalive 8; }
        server {
          listen 127.0.0.1:${port};
          location / {
            proxy_pass http://service; proxy_http_version 1.1;
            proxy_set_header Connection ""; proxy_set_header Host $host;
            proxy_set_header X-Forwarded-For "$remote_addr:$remote_port";
          }
        }
      }`,
    argumentsFor: file => ['-p', join(file, '..'), '-e', 'stderr', '-c', file],
  },
  haproxy: {
    configFor: (port, upstream) => `
defaults
  mode http
  timeout connect 2s
  timeout client 15s
  timeout server 15s
frontend all
  bind 127.0.0.1:${port}
  http-request set-header X-Forwarded-For %[src]:%[src_port]
  default_backend service
backend service
  http-reuse always
  compression algo gzip
  compression type application/json
  server service ${upstream}
`,
    argumentsFor: file => ['-db', '-q', '-f', file],
  },
} satisfies Record<string, Proxy>;

const BURST = 10;
const ann = {username: 'ann', email: 'ann@example.com', password: 'correct horse'};

/** Behind this proxy, calls have their documented answers, preconditions hold, and rate limits count clients. */
export const behind =
  (name: keyof typeof proxies) =>
  async ({auth}: Run): Promise<string> => {
    const ends: (() => unknown)[] = [];
    const limited = {TRUSTED_PROXIES: '1', ATTEMPTS_PER_ADDRESS: String(BURST)};
    try {
      const t = {teardown: (end: () => unknown) => ends.push(end)};
      const {users} = await startSystem(t, auth.settings.orders, {...auth.settings.users, ...limited});
      const url = await startProxy(name, new URL(users.url).host, ends);
      const answers = [...(await walk(url, auth)), ...(await logInOften(url))];
      return `${answers.length} of ${answers.length} answers as without it`;
    } finally {
      for (const end of ends.toReversed()) await end();
    }
  };

async function startProxy(name: keyof typeof proxies, upstream: string, ends: (() => unknown)[]): Promise<string> {
  const [folder, port] = [await mkdtemp(join(tmpdir(), `${name}-`)), await freePort()];
  const file = join(folder, 'proxy.conf');
  await writeFile(file, proxies[name].configFor(port, upstream));
  const running = start(name, proxies[name].argumentsFor(file));
  ends.push(
    () => rm(folder, {recursive: true}),
    () => running.kill(),
  );
  const url = `http://127.0.0.1:${port}`;
  await until(`${name} answering`, 10, async () => (await call('GET', `${url}/openapi.json`)).status === 200);
  return url;
}

/** A user's life. Compression is asked for, as browsers do; our answers forbid it, or each ETag would become weak. */
async function walk(url: string, auth: Run['auth']): Promise<number[]> {
  const gzip = {'accept-encoding': 'gzip'};
  const made = await call('POST', `${url}/api/users`, {json: ann});
  const own = {...gzip, ...(await auth.user(String(made.body['id'])))};
  const user = `${url}/api/users/${String(made.body['id'])}`;
  const read = await call('GET', user, {headers: own});
  const etag = String(read.headers['etag']);
  const answers = [
    made,
    read,
    await call('HEAD', user, {headers: own}),
    await call('GET', user, {headers: {...own, 'if-none-match': etag}}),
    await call('PATCH', user, {headers: {...own, 'if-match': '"99"'}, json: {username: 'anna'}}),
    await call('PATCH', user, {headers: {...own, 'if-match': etag}, json: {username: 'anna'}}),
    await call('POST', `${url}/api/users`, {json: {...ann, username: 'a'.repeat(100_000)}}),
    await call('GET', user, {headers: gzip}),
    await call('DELETE', user, {headers: own}),
    await call('HEAD', user, {headers: own}),
  ];
  const statuses = answers.map(({status}) => status);
  expect(`statuses, with the ETag ${etag}`, statuses, [201, 200, 200, 304, 412, 200, 413, 401, 204, 404]);
  expect('the code of HEAD', answers.at(-1)?.code, 'user_not_found');
  return statuses;
}

/** Each call has a connection of its own, and so a port of its own, which must not make it another client. */
async function logInOften(url: string): Promise<number[]> {
  const {email, password} = ann;
  const logIn = async () => (await call('POST', `${url}/api/sessions`, {json: {email, password}})).status;
  const statuses = [];
  for (let count = 0; count <= BURST; count += 1) statuses.push(await logIn());
  expect('the last of too many logins', statuses.at(-1), 429);
  return statuses;
}
