import type { Server } from "socket.io";
import { adoptStrays, EventContext, runIn } from "../context/event-context";
import { countResources, settle } from "../context/settle";
import { forgetChildren } from "../socketio/child-namespaces";

/** What became of a request. */
export interface RequestRun<T> {
  readonly value: T;
  /** The first effect that failed, if any. */
  readonly failure: { readonly error: unknown } | undefined;
}

/**
 * Runs the application for an HTTP request, in whatever namespaces it acts, and waits for all that this causes.
 *
 * @param route for the log
 * @param deadline when to stop waiting, epoch milliseconds
 * @returns what the work resolves with. Rejects as the work does
 */
export async function runRequest<T>(
  io: Server,
  route: string,
  work: () => Promise<T>,
  deadline: number,
): Promise<RequestRun<T>> {
  const context = new EventContext({ kind: "connectionless", route, deadline });
  adoptStrays(context);
  try {
    const before = countResources();
    const value = await runIn(context, work);
    await context.idle();
    await settle(before, deadline);
    // What began in the meantime.
    await context.idle();
    return { value, failure: context.failure };
  } finally {
    context.end();
    forgetChildren(io);
  }
}
