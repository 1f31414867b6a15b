import type { Server } from "socket.io";
import { currentContext } from "../context/event-context";
import type { Absence, Namespaces } from "../ports";
import { actOutside } from "./outside";

/** How long a notice may take. */
const SETTLE_MS = 20_000;

/** Notifies a room that a user has left it and has not returned in time. */
export async function handleAbsence(
  io: Server,
  namespaces: Namespaces,
  absence: Absence,
): Promise<void> {
  const deadline = Date.now() + SETTLE_MS;
  await actOutside(
    { io, namespaces },
    absence.namespace,
    (_, adapter) =>
      currentContext().effect("settle an absence", () => adapter.presences.confirmLeave(absence)),
    deadline,
  );
}
