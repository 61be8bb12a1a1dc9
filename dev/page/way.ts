import {freePort} from '../ports.ts';
import {late, pass, silence, startProxy, type Mode} from '../proxy.ts';

export type WayState = 'open' | 'slow' | 'cut';

/** The way from one service to another, which a switch of the page can slow and cut. */
export type Way = {url: string; state(): WayState; become(state: WayState): Promise<void>; close(): Promise<void>};

const SLOW_MS = 800;

const modes: Record<WayState, Mode> = {open: pass, slow: late(SLOW_MS), cut: silence};

/** Opens a way to this port of this machine. */
export async function openWay(targetPort: number): Promise<Way> {
  const proxy = await startProxy(await freePort(), targetPort);
  let state: WayState = 'open';
  return {
    url: proxy.url,
    state: () => state,
    become(next) {
      state = next;
      return proxy.become(modes[next]);
    },
    close: () => proxy.refuse(),
  };
}
