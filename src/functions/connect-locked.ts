import type { ConnectEvent } from "../gateway/handshake";
import { logWarning } from "../log";
import { count } from "../metrics";
import type { ConnectionRecord, Handshake, PutOnRequest } from "../ports";
import { type ConnectPorts, connect } from "./connect";

/** What the application says of a connection. */
export type Judgement =
  | { readonly ok: true; readonly put?: PutOnRequest | undefined }
  | { readonly ok: false; readonly statusCode: number; readonly message: string };

/** `$connect` of an application with locks of its own, which are asked before the connection is stored. */
export async function connectLocked(
  ports: ConnectPorts,
  judge: (handshake: Handshake) => Promise<Judgement>,
  event: ConnectEvent,
): ReturnType<typeof connect> {
  const open = async (connection: ConnectionRecord) => {
    const judgement = await judge(connection.handshake);
    if (!judgement.ok) throw new Refusal(judgement.message, judgement.statusCode);
    await ports.store.open(putOn(connection, judgement.put, ports.rules.mostBytes));
  };
  try {
    return await connect({ ...ports, store: { open } }, event);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    count("ConnectionsRefused");
    logWarning(error.message, { connectionId: event.requestContext.connectionId });
    return { statusCode: error.statusCode };
  }
}

class Refusal extends Error {
  constructor(
    message: string,
    readonly statusCode: number,
  ) {
    super(message);
  }
}

function putOn(
  connection: ConnectionRecord,
  put: PutOnRequest | undefined,
  mostBytes = Number.POSITIVE_INFINITY,
): ConnectionRecord {
  if (!put) return connection;
  const handshake = { ...connection.handshake, put };
  const bytes = Buffer.byteLength(JSON.stringify(handshake));
  if (bytes <= mostBytes) return { ...connection, handshake };
  throw new Refusal(
    `Cannot connect: expected at most ${mostBytes} bytes of headers, query and what middlewares put on the request, got ${bytes}`,
    431,
  );
}
