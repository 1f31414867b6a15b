import { logWarning } from "../log";
import { count } from "../metrics";
import type { Edge, Live } from "./session";

/**
 * Ends the connection of a client that sends too fast, as `socket.disconnect(true)` would: a stock client
 * that is told so does not come back by itself.
 */
export function cutOff(live: Live, edge: Edge): void {
  const { client, limits, record } = live;
  const { framesPerSecond, bytesPerSecond } = limits;
  count("ClientsCutOff");
  logWarning("A client was cut off: it sends too fast", { connectionId: record.id });
  const most = `at most ${framesPerSecond} frames and ${bytesPerSecond} bytes a second`;
  edge.explain?.(live, `Expected ${most}, got more; the connection is closed`);
  client._disconnect();
}
