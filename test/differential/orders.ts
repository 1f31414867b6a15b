import type { Incoming } from "./language";

/** More are not tried. */
const MOST = 500;

/**
 * The orders in which a server may handle what comes at once, as places in it, the order of coming first.
 *
 * What clients say keeps its order, and so does what one connection sends. But a connect or an end may be handled after
 * what others have sent behind it: each has a network of its own.
 */
export function* ordersOf(incoming: readonly Incoming[]): Generator<readonly number[]> {
  const before = incoming.map((one, place) => {
    const earlier = incoming.slice(0, place).map((other, at) => ({ other, at }));
    return earlier.filter(({ other }) => other.id === one.id || !isLate(other)).map(({ at }) => at);
  });
  let left = MOST;
  function* extend(order: readonly number[]): Generator<readonly number[]> {
    if (order.length === incoming.length) {
      yield order;
      left--;
    }
    for (const place of incoming.keys()) {
      if (left <= 0) return;
      const isNext = !order.includes(place) && before[place]?.every((one) => order.includes(one));
      if (isNext) yield* extend([...order, place]);
    }
  }
  yield* extend([]);
}

function isLate(one: Incoming): boolean {
  return one.type !== "frame" || one.text.startsWith("40");
}
