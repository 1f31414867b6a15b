import type { Server } from "node:http";
import type { Server as SocketIo } from "socket.io";
import { runRequest } from "../../host/run-request";
import { answerBy } from "./answer-by";
import type { HttpEvent, HttpResult } from "./events";

export interface HttpPorts {
  readonly io: SocketIo;
  /** The application's server; absent if it has none that answers requests. */
  readonly server: Server | undefined;
}

/** Kept of the invocation's time for effects that begin with the end of the answer. */
const SETTLE_MS = 1000;

/** Lets the application answer a request, and waits for what this causes. Never throws. */
export async function handleHttp(
  { io, server }: HttpPorts,
  event: HttpEvent,
  deadline: number,
): Promise<HttpResult> {
  return answerBy(server, event, deadline - SETTLE_MS, (route, work) =>
    runRequest(io, route, work, deadline),
  );
}
