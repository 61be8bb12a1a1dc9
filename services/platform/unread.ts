import type {ServerResponse} from 'node:http';

/** About an eighth of a pod's memory. */
const MAX_UNREAD = 32 * 1024 * 1024;

/**
 * Bounds the answers that clients have not taken yet, which stay in our memory until then. Each has `forMs`, and all of
 * them together 32 MiB: beyond it the oldest is cut.
 */
export function createUnread(forMs: number) {
  const unread = new Map<ServerResponse, number>();
  let bytes = 0;

  function add(response: ServerResponse): void {
    const timer = setTimeout(() => response.destroy(), forMs);
    unread.set(response, response.writableLength);
    bytes += response.writableLength;
    response.once('close', () => {
      clearTimeout(timer);
      bytes -= unread.get(response) ?? 0;
      unread.delete(response);
    });
  }

  function cutOldest(): void {
    const [oldest] = unread;
    if (!oldest) return;
    const [response, length] = oldest;
    unread.delete(response);
    bytes -= length;
    response.destroy();
  }

  /** Call it once the answer is ended. */
  return function boundUnread(response: ServerResponse): void {
    // Nearly always, the operating system has taken the whole answer by now.
    if (response.closed || response.writableLength === 0) return;
    add(response);
    while (bytes > MAX_UNREAD && unread.size > 1) cutOldest();
  };
}
