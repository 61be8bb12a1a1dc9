import {connect, type Socket} from 'node:net';
import {parseReply, type Reply} from './replies.ts';

type Connection = {socket: Socket; received: string; take: ((reply: Reply) => void) | undefined};

/** Sends a request and calls `take` exactly once, with the reply or the reason why there is none. */
export type Send = (request: string, take: (reply: Reply) => void) => void;

/** Below the 1,000 connections that a service accepts by default, so that a load never tests that limit. */
const MAX_OPEN = 900;
const PATIENCE_MS = 5_000;

/**
 * Connections to one host, each used for one request at a time. A request takes a free connection or opens one. If
 * `inTurn` is given, that many are opened first and then used in turn. Raw sockets, because Node's HTTP clients are too
 * slow to send five times what a service can answer from the same machine.
 */
export function createConnections(host: string, port: number, inTurn = 0, opened: () => void = () => undefined): Send {
  const free: Connection[] = [];
  let open = 0;

  function openOne(): Connection {
    const socket = connect({host, port, noDelay: true}).setEncoding('latin1');
    const connection: Connection = {socket, received: '', take: undefined};
    open += 1;
    opened();
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
    const answer = parseReply(connection.received);
    if (!answer) return;

    connection.received = '';
    if (answer.closes) connection.socket.destroy();
    else free.push(connection);
    finish(connection, answer.reply);
  }

  function takeFree(): Connection | undefined {
    for (;;) {
      // The server closes idle connections, so the one used last is the one most likely to be open.
      const connection = inTurn > 0 ? free.shift() : free.pop();
      if (connection?.socket.writable !== false) return connection;
    }
  }

  return function send(request, take) {
    const kept = open < inTurn ? undefined : takeFree();
    if (!kept && open >= MAX_OPEN) return take(noReply('no connection free'));

    const connection = kept ?? openOne();
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

export const noReply = (code: string): Reply => ({status: 0, code, body: ''});

function finish(connection: Connection, reply: Reply): void {
  const {take} = connection;
  connection.take = undefined;
  take?.(reply);
}
