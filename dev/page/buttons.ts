import {randomUUID} from 'node:crypto';
import type {Exchange} from './client.ts';
import {registerShopper, type Shopper, type Urls} from './shopper.ts';

const AT_ONCE = 50;

export type Button = 'register' | 'place' | 'again' | 'burst';

/** What a button did: the exchange, and a sentence about all of them if there were several. */
export type Pressed = {exchange: Exchange; note: string};

/** The buttons of the page: one visitor who registers, orders, and orders again. */
export function createButtons(urls: Urls, isTokenMode: boolean) {
  let shopper: Shopper | undefined;
  let key = randomUUID();

  async function register(): Promise<Pressed> {
    const [exchange, registered] = await registerShopper(urls, isTokenMode);
    shopper = registered ?? shopper;
    return {exchange, note: ''};
  }

  const buttons: Record<Button, (known: Shopper) => Promise<Pressed>> = {
    register,
    async place(known) {
      key = randomUUID();
      return {exchange: await known.place(key), note: 'A new idempotency key'};
    },
    async again(known) {
      return {exchange: await known.place(key), note: 'The same key: the same order, Idempotency-Replayed: true'};
    },
    async burst(known) {
      key = randomUUID();
      const all = await Promise.all(Array.from({length: AT_ONCE}, () => known.place(key)));
      const ids = new Set(
        all.filter(({status}) => status === 201).map(({body}) => (JSON.parse(body) as {id: string}).id),
      );
      const [exchange] = all as [Exchange];
      return {exchange, note: `${AT_ONCE} requests with one key made ${ids.size} order`};
    },
  };

  return async function press(button: Button): Promise<Pressed> {
    if (button === 'register') return register();
    if (shopper) return buttons[button](shopper);
    const first = await register();
    return shopper ? buttons[button](shopper) : first;
  };
}

export type Press = ReturnType<typeof createButtons>;

export const isButton = (name: unknown): name is Button =>
  ['register', 'place', 'again', 'burst'].includes(String(name));
