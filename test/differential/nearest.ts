import { isDeepStrictEqual } from "node:util";
import { ordersOf } from "./orders";
import type { Moment, Orders, Recording } from "./play";

/** More plays of one program are not tried. */
const MOST_PLAYS = 2000;

type PlayIn<Played> = (orders: Orders) => Promise<Played>;

/** What a server does in that of the orders which are open to it that agrees with another recording for longest. */
export async function nearest<Played extends Recording>(
  playIn: PlayIn<Played>,
  wanted: readonly Moment[],
): Promise<Played> {
  let orders: Orders = new Map();
  let best = await playIn(orders);
  let plays = 0;
  for (;;) {
    const agreed = agreement(best.moments, wanted);
    let better: Played | undefined;
    if (agreed < wanted.length) {
      for (const tried of changedOrders(orders, best, agreed)) {
        if (better || plays++ > MOST_PLAYS) break;
        const played = await playIn(tried);
        if (agreement(played.moments, wanted) <= agreed) continue;
        better = played;
        orders = tried;
      }
    }
    if (!better) return best;
    best = better;
  }
}

/** With one step in another order: the one that differs, or one before it, which may have decided it. */
function* changedOrders(orders: Orders, { sent }: Recording, agreed: number): Generator<Orders> {
  for (let step = agreed; step >= 0; step--) {
    for (const order of ordersOf(sent[step] ?? [])) yield new Map([...orders, [step, order]]);
  }
}

function agreement(a: readonly Moment[], b: readonly Moment[]): number {
  const at = a.findIndex((moment, step) => !isDeepStrictEqual(moment, b[step]));
  return at < 0 ? a.length : at;
}
