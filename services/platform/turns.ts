import type {IncomingMessage, RequestListener, ServerResponse} from 'node:http';
import type {Duplex} from 'node:stream';

/**
 * So many requests of a connection may wait for the one before them. Clients that pipeline send 16 at most; browsers and
 * proxies send one at a time.
 */
const MAX_WAITING = 16;

/**
 * So many may wait in all connections together, which takes about 20 MB. Node reads up to 64 kB at a time, and parses
 * all of it: 3,600 requests of the shortest kind.
 */
const MAX_WAITING_IN_ALL = 4_000;

/** A connection stays with one pod. Closing it after so many requests lets busy clients find new pods. */
const MAX_REQUESTS = 1_000;

type Turn = {request: IncomingMessage; response: ServerResponse; take: RequestListener};

/** The requests of a connection whose answers are not finished, oldest first. Only the first is being served. */
type Line = {turns: Turn[]; waiting: number; taken: number; isBroken: boolean};

/**
 * Serves the requests of a connection one at a time, in their order: the next begins when the answer before it has been
 * passed to the operating system. Node would begin all that it has read, and keep every answer in memory.
 * A request too many goes to `refuse`, and its connection closes; beyond the limit of all connections, `cut` is told
 * and the connection is destroyed.
 */
export function createTurns(serve: RequestListener, refuse: RequestListener, cut: () => void) {
  const lines = new WeakMap<Duplex, Line>();
  let waiting = 0;

  function join(socket: Duplex): Line {
    const line: Line = {turns: [], waiting: 0, taken: 0, isBroken: false};
    lines.set(socket, line);
    socket.once('close', () => wait(line, -line.waiting));
    return line;
  }

  function wait(line: Line, more: number): void {
    line.waiting += more;
    waiting += more;
  }

  const listener: RequestListener = (request, response) => {
    const {socket} = request;
    const line = lines.get(socket) ?? join(socket);
    leave(line);
    const isFirst = line.turns.length === 0;
    line.turns.push({request, response, take: line.waiting < MAX_WAITING ? serve : lastly(refuse)});
    response.once('close', () => next(line, socket));
    if (isFirst) return take(line);

    wait(line, 1);
    if (waiting <= MAX_WAITING_IN_ALL || socket.destroyed) return;
    cut();
    socket.destroy();
  };

  function take(line: Line): void {
    const [turn] = line.turns;
    if (!turn) return;
    const {request, response} = turn;
    line.taken += 1;
    if (line.taken === MAX_REQUESTS) response.setHeader('Connection', 'close');
    turn.take(request, response);
  }

  function next(line: Line, socket: Duplex): void {
    leave(line);
    // After an answer with `Connection: close`, the requests behind it are not for this connection any more.
    if (line.waiting === 0 || !socket.writable) return;
    wait(line, -1);
    take(line);
  }

  /**
   * Ends a connection that cannot be read on, after the answers that are due. `answer` is written in the place of a
   * request that is broken; if nothing is due, it answers what could not be read. It never stands for another answer.
   */
  function end(socket: Duplex, answer: () => string): void {
    const line = lines.get(socket);
    if (line?.isBroken) return;
    if (line) leave(line);
    const last = line?.turns.at(-1);
    if (!line || !last) return void socket.end(answer());

    line.isBroken = true;
    const isAnswered = last.request.complete || last.response.headersSent;
    if (isAnswered) endAfter(last.response, socket);
    else if (line.turns.length === 1) socket.end(answer());
    else last.take = () => void socket.end(answer());
  }

  return {listener, end};
}

/** The first leaves once it is answered and has arrived: it may be answered before the rest of its body comes. */
function leave({turns}: Line): void {
  const [first] = turns;
  if (first?.response.closed && first.request.complete) turns.shift();
}

const lastly =
  (refuse: RequestListener): RequestListener =>
  (request, response) => {
    response.setHeader('Connection', 'close');
    refuse(request, response);
  };

function endAfter(response: ServerResponse, socket: Duplex): void {
  if (response.writableFinished) socket.destroy();
  else response.once('finish', () => socket.end());
}
