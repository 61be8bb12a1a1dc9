import {connect, type Socket} from 'node:net';

/** `status` is 0 when there was no answer, and `code` says why; else it is that of the problem, if it is one. */
export type Reply = {status: number; code: string; body: string};

type Connection = {socket: Socket; received: string; take: ((reply: Reply) => void) | undefined};

/** More than may be open at once at a service as it comes (1,000) would be no load but another experiment. */
const MAX_OPEN = 900;
const PATIENCE_MS = 5_000;

/**
 * Connections to one server, each for one request at a time: a request takes one that is free, or a new one. No client of
 * Node's own is quick enough to send five times what a service can answer from half of the same machine.
 */
export function createConnections(port: number) {
  const free: Connection[] = [];
  let open = 0;

  function openOne(): Connection {
    const socket = connect({host: '127.0.0.1', port, noDelay: true}).setEncoding('latin1');
    const connection: Connection = {socket, received: '', take: undefined};
    open += 1;
    socket.on('data', (text: string) => receive(connection, text));
    socket.on('error', (error: NodeJS.ErrnoException) => finish(connection, noReply(error.code ?? 'error')));
    socket.once('close', () => {
      open -= 1;
      finish(connection, noReply('closed'));
    });
    return connection;
  }

  function receive(connection: Connection, text: string): void {
    connection.received += text;
    const answer = parse(connection.received);
    if (!answer) return;

    connection.received = '';
    if (answer.closes) connection.socket.destroy();
    else free.push(connection);
    finish(connection, answer.reply);
  }

  return function send(request: string, take: (reply: Reply) => void): void {
    while (free.at(-1)?.socket.writable === false) free.pop();
    if (free.length === 0 && open >= MAX_OPEN) return take(noReply('no connection free'));

    const connection = free.pop() ?? openOne();
    const timer = setTimeout(
      () => connection.socket.destroy(Object.assign(new Error(), {code: 'timeout'})),
      PATIENCE_MS,
    );
    connection.take = reply => {
      clearTimeout(timer);
      take(reply);
    };
    connection.socket.write(request, 'latin1');
  };
}

const noReply = (code: string): Reply => ({status: 0, code, body: ''});

function finish(connection: Connection, reply: Reply): void {
  const {take} = connection;
  connection.take = undefined;
  take?.(reply);
}

/** The answer, once it is there in full. The services give a length for every body. */
function parse(received: string): {reply: Reply; closes: boolean} | undefined {
  const end = received.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const head = received.slice(0, end);
  const length = Number(/\r\ncontent-length: (\d+)/iu.exec(head)?.[1] ?? 0);
  if (received.length < end + 4 + length) return undefined;

  const status = Number(head.slice(9, 12));
  const code = status < 400 ? '' : (/\r\nx-problem-code: (\w+)/iu.exec(head)?.[1] ?? '');
  return {reply: {status, code, body: received.slice(end + 4)}, closes: /\r\nconnection: close/iu.test(head)};
}
