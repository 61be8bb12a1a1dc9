import {connect} from 'node:net';
import {withSystem} from '../system.ts';
import {shown} from '../../lib/claims.ts';
import type {Run} from '../run.ts';
import {startLoad} from '../../lib/load/start.ts';
import {answeredOf, countOf, countsOf, othersOf} from '../../lib/load/report.ts';
import {during, usualTraffic} from '../traffic.ts';

const CONNECTIONS = 500;
const RATE = 100;
const SECONDS = 20;
const DROP_EVERY_MS = 1_000;

const HEAD = 'GET /api/orders HTTP/1.1\r\nHost: orders\r\nX-Long: ';
const BODY =
  'POST /api/orders HTTP/1.1\r\nHost: orders\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{';

/** Hundreds of connections that send one byte a second do not keep other clients out. */
export async function slowClients(run: Run): Promise<string> {
  const {share, others, cut} = await withSlowClients(run, {});
  // A connection with a slow head is idle, so it makes room for another one. One with a slow body does not.
  const control = await withSlowClients(run, {MAX_CONNECTIONS: String(CONNECTIONS / 2)});

  const figures = `${CONNECTIONS} connections that send one byte a second, ${cut} of them closed by orders within ${SECONDS} s; ${(share * 100).toFixed(2)} % of ${RATE} requests/s answered${others && `, ${others}`} (control with MAX_CONNECTIONS=${CONNECTIONS / 2}: ${(control.share * 100).toFixed(1)} %)`;
  return shown(figures, {
    '99.9 % of other requests are answered': share >= 0.999,
    'slow connections are closed': cut > 0,
    'without room for more connections, other requests fail': control.share < 0.999,
  });
}

function withSlowClients(run: Run, settings: Record<string, string>) {
  return withSystem(run, {orders: settings}, async system => {
    const load = await startLoad(await usualTraffic(system, {rate: RATE}), run);
    const slow = openSlowly(Number(new URL(system.orders.url).port));
    await during(load, 'slow', SECONDS);
    const cut = slow.close();
    const report = await load.stop();
    const [answered, others] = [answeredOf(report, 'slow').length, othersOf(report, 'slow')];
    return {share: answered / (answered + countOf(others)), others: countsOf(others), cut};
  });
}

/** Keeps connections open, half of them slow with a head, half with a body. `close` returns how many orders has closed. */
function openSlowly(port: number): {close(): number} {
  let [isOver, cut] = [false, 0];
  const open = (begin: string) => {
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    socket.write(begin);
    const timer = setInterval(() => (isOver ? socket.destroy() : socket.write('x')), DROP_EVERY_MS);
    socket.resume().once('close', () => {
      clearInterval(timer);
      if (isOver) return;
      cut += 1;
      setTimeout(() => isOver || open(begin), DROP_EVERY_MS);
    });
  };
  for (let count = 0; count < CONNECTIONS; count += 1) open(count % 2 === 0 ? HEAD : BODY);
  return {
    close() {
      isOver = true;
      return cut;
    },
  };
}
