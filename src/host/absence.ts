import type { Server } from "socket.io";
import type { Absence, Namespaces } from "../ports";
import { actOutside } from "./outside";
import { currentScope } from "./scope";

/** How long a notice may take. */
const SETTLE_MS = 20_000;

/** Tells a room that somebody has left it, who has not come back in time. */
export async function handleAbsence(
  io: Server,
  namespaces: Namespaces,
  absence: Absence,
): Promise<void> {
  const deadline = Date.now() + SETTLE_MS;
  await actOutside(
    { io, namespaces },
    absence.namespace,
    (_, adapter) => currentScope().effect("settle an absence", () => adapter.settle(absence)),
    deadline,
  );
}
