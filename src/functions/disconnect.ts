import type { LaneEvent } from "../lanes/events";

export interface DisconnectEvent {
  readonly requestContext: {
    readonly connectionId: string;
    readonly disconnectStatusCode?: number;
    readonly disconnectReason?: string | null;
  };
}

/** `$disconnect`: puts the end of a connection on its lane, behind its last frames. */
export async function disconnect(
  lanes: { send(event: LaneEvent): Promise<void> },
  { requestContext }: DisconnectEvent,
): Promise<{ readonly statusCode: number }> {
  const { connectionId, disconnectStatusCode: code, disconnectReason: reason } = requestContext;
  const cause = { type: "disconnected", code: code ?? 1006, reason: reason ?? "" } as const;
  await lanes.send({ type: "close", connectionId, cause });
  return { statusCode: 200 };
}
