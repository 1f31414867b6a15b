import type { CloseCause, FrameEvent, LaneEvent } from "../lanes/events";
import type { Fields } from "../log";
import { acceptRepeats } from "../socketio/repeats";
import { countFrame, cutOff, cutOffPending } from "./cut-off";
import type { HostedConnection } from "./hosted-connection";
import { receiveFrame } from "./limit-frames";

/** What an event does to its connection. */
export async function dispatch(live: HostedConnection, event: LaneEvent): Promise<void> {
  switch (event.type) {
    case "open":
      live.connection.awaitUpgrade = true;
      return live.handler.open();
    case "frame":
      return receive(live, event);
    case "ack":
    case "absence":
    case "wake":
    case "request":
      throw new Error(`Cannot handle an ${event.type} in a batch: expected it elsewhere`);
    case "disconnect":
      return disconnect(live, event);
    case "moved":
      return move(live, event);
    case "close":
      return end(live, event.cause);
  }
}

function receive(
  live: HostedConnection,
  { at, body, copied, weight, redelivered }: FrameEvent & { readonly redelivered?: boolean },
): void {
  const frame = Buffer.from(body, "base64");
  live.connection.hasAckCopy = copied === true;
  const pass = () => receiveFrame(live, frame.toString("utf8"), redelivered);
  if (redelivered) acceptRepeats(live, pass);
  else {
    const refusal = countFrame(live, { at, bytes: frame.length, weight });
    if (refusal === undefined) pass();
    else cutOff(live, refusal);
  }
  cutOffPending(live);
}

function disconnect(
  { client }: HostedConnection,
  { namespace, socketId, close }: Extract<LaneEvent, { type: "disconnect" }>,
): void {
  const socket = client.nsps.get(namespace);
  // Not if it has left since, or come back as another socket.
  if (socket?.id === socketId) socket.disconnect(close);
}

/** What another process has written to the table is written again, in the order of this lane. */
function move(
  { client }: HostedConnection,
  { namespace, socketId, join = [], leave = [] }: Extract<LaneEvent, { type: "moved" }>,
): void {
  const socket = client.nsps.get(namespace);
  if (socket?.id !== socketId) return;
  if (join.length > 0) void socket.join([...join] as string[]);
  for (const room of leave) void socket.leave(room as string);
}

/** Ends a connection for its sockets, in Socket.IO's words. */
export async function end(
  { connection, delivery }: HostedConnection,
  cause: CloseCause,
): Promise<void> {
  // 410 is also answered for a moment after a reconnect: ask before ending a life for it.
  if (cause.type === "gone" && (await delivery.reachable(connection.record.id))) return;
  const description = "websocket connection closed";
  if (cause.type === "swept") return connection.fail("ping timeout");
  if (cause.type === "replaced") return connection.fail("transport close");
  connection.end("transport close", { description, context: cause });
}

/** To find the trace of a frame: API Gateway's access log has its request id too. */
export function describeEvent(event: LaneEvent): Fields {
  const { connectionId } = event;
  if (event.type !== "frame") return { connectionId };
  return { connectionId, requestId: event.requestId, waitedMs: Date.now() - event.at };
}
