import type { Server } from "socket.io";
import type { Absence, ConnectionId, Namespaces } from "../ports";
import { adapterOf } from "./address";
import { openNamespace } from "./namespaces";
import { runIn, Scope } from "./scope";

/** How long what a notice leaves behind may take. */
const SETTLE_MS = 5000;

/** Tells a room that somebody has left it, who has not come back in time. */
export async function handleAbsence(
  io: Server,
  namespaces: Namespaces,
  absence: Absence & { readonly connectionId: ConnectionId },
): Promise<void> {
  const namespace = await openNamespace(io, namespaces, absence.namespace);
  if (!namespace) return;
  const { connectionId } = absence;
  const scope = new Scope(false, { connectionId });
  await runIn(scope, () =>
    scope.effect("settle an absence", () => adapterOf(namespace).settle(absence)),
  );
  await scope.idle(Date.now() + SETTLE_MS);
}
