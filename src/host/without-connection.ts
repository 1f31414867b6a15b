import type { Namespace, Server } from "socket.io";
import type { RoomsAdapter } from "../adapter/rooms-adapter";
import { EventContext, runIn } from "../context/event-context";
import type { Namespaces } from "../ports";
import { adapterOf } from "../socketio/address";
import { forgetChildren } from "../socketio/child-namespaces";
import { openNamespace } from "../socketio/namespaces";

/**
 * Acts on a namespace outside any connection and waits for all that this causes.
 *
 * @returns what the work resolves with; `undefined` if the application knows no such namespace.
 *   Rejects if an effect failed.
 */
export async function runWithoutConnection<T>(
  { io, namespaces }: { readonly io: Server; readonly namespaces: Namespaces },
  name: string,
  work: (namespace: Namespace, adapter: RoomsAdapter) => Promise<T>,
  deadline: number,
): Promise<{ readonly value: T } | undefined> {
  const namespace = await openNamespace(io, namespaces, name);
  if (!namespace) return undefined;
  const context = new EventContext({ kind: "connectionless", namespace: name, deadline });
  const value = await runIn(context, () => work(namespace, adapterOf(namespace)));
  await context.idle();
  context.end();
  forgetChildren(io);
  if (context.failure) throw context.failure.error;
  return { value };
}
