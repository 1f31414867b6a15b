import type { Effects } from "../ports";
import { currentContext, type Handled } from "./event-context";

/** The effects of whatever context is current when they are asked for. */
export const contextEffects: Effects = {
  isMuted: () => currentContext().isMuted,
  run: (label, effect) => currentContext().effect(label, effect),
  runInBackground: (label, work) => currentContext().runInBackground(label, work),
  connection: () => handled(),
  sender: () => handled()?.sender,
  isRepeated: () => currentContext().repeated,
  deadline: () => currentContext().deadline,
};

/** The connection whose events are handled, and not only replayed. */
function handled(): Handled | undefined {
  const { isMuted, connection } = currentContext();
  return isMuted ? undefined : connection;
}
