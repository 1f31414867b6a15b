import type { Server } from "socket.io";
import { currentContext } from "../context/event-context";
import type { Namespaces, PendingLeave } from "../ports";
import { runWithoutConnection } from "./without-connection";

/** How long a notice may take. */
const SETTLE_MS = 20_000;

/** Notifies a room that a user has left it and has not returned in time. */
export async function confirmLeave(
  io: Server,
  namespaces: Namespaces,
  leave: PendingLeave,
): Promise<void> {
  const deadline = Date.now() + SETTLE_MS;
  await runWithoutConnection(
    { io, namespaces },
    leave.namespace,
    (_, adapter) =>
      currentContext().effect("confirm a leave", () => adapter.presences.confirmLeave(leave)),
    deadline,
  );
}
