import { composeLanes } from "./compose";
import { observed } from "./observed";

const lanes = composeLanes();

interface DisconnectEvent {
  readonly requestContext: {
    readonly connectionId: string;
    readonly disconnectStatusCode?: number;
    readonly disconnectReason?: string | null;
  };
}

/** `$disconnect`: puts the end of the connection on its lane, behind its last frames. */
export const handler = observed(async ({ requestContext }: DisconnectEvent) => {
  const { connectionId, disconnectStatusCode: code, disconnectReason: reason } = requestContext;
  const cause = { type: "disconnected", code: code ?? 1006, reason: reason ?? "" } as const;
  await lanes.send({ type: "close", connectionId, cause });
  return { statusCode: 200 };
});
