/** Without an answer `status` is 0 and `code` says why; else `code` is the problem's code, or empty. */
export type Reply = {status: number; code: string; body: string};

/** Parses what a connection has received; undefined until the whole reply is there. */
export function parseReply(received: string): {reply: Reply; closes: boolean} | undefined {
  const end = received.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const head = received.slice(0, end);
  const body = bodyOf(head, received.slice(end + 4));
  if (body === undefined) return undefined;

  const status = Number(head.slice(9, 12));
  const code = status < 400 ? '' : (/\r\nx-problem-code: (\w+)/iu.exec(head)?.[1] ?? '');
  return {reply: {status, code, body}, closes: /\r\nconnection: close/iu.test(head)};
}

/** The body after this head; undefined until all of it is there. */
function bodyOf(head: string, rest: string): string | undefined {
  if (/\r\ntransfer-encoding: chunked/iu.test(head)) return joinChunks(rest);
  const length = Number(/\r\ncontent-length: (\d+)/iu.exec(head)?.[1] ?? 0);
  return rest.length < length ? undefined : rest.slice(0, length);
}

function joinChunks(text: string): string | undefined {
  let [body, rest] = ['', text];
  for (;;) {
    const line = /^([\da-f]+)\r\n/iu.exec(rest);
    if (!line) return undefined;
    const [begin, size] = [line[0].length, Number.parseInt(line[1] ?? '', 16)];
    if (rest.length < begin + size + 2) return undefined;
    if (size === 0) return body;
    body += rest.slice(begin, begin + size);
    rest = rest.slice(begin + size + 2);
  }
}
