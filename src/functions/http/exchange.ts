import { type ClientRequest, type IncomingMessage, request, type Server } from "node:http";
import { Server as TlsServer } from "node:tls";
import type { Answer } from "./events";
import { connectInMemory } from "./in-memory-connection";
import type { ServerRequest } from "./request-of";

/**
 * Hands a request to the application's own HTTP server, over a connection of its own: Node's client on one end, Node's
 * server on the other, so that all in between is as in a network. The connection is made by the caller's context, and
 * so is all that the server calls for it.
 *
 * @param deadline epoch milliseconds; then the connection is cut
 * @returns what was answered until then; `undefined` if that is nothing
 * @throws Error if the server closes the connection without an answer, or for a request that HTTP does not allow
 */
export function exchange(
  server: Server,
  given: ServerRequest,
  deadline: number,
): Promise<Answer | undefined> {
  const isEncrypted = server instanceof TlsServer;
  const ends = connectInMemory({ remoteAddress: given.remoteAddress, isEncrypted });
  return new Promise((resolve, reject) => {
    const { method, target: path, headers, body } = given;
    const asked = request({ createConnection: () => ends.client, method, path, headers });
    // As TLS sockets say; HTTP/2 asks for it before it speaks HTTP/1.1.
    Object.assign(ends.server, { server });
    server.emit(isEncrypted ? "secureConnection" : "connection", ends.server);
    // The application sees its client leave, as it would in a network.
    const cut = cutAt(deadline, () => {
      resolve(undefined);
      asked.destroy();
    });
    asked.once("response", (response) => resolve(collect(response, cut)));
    asked.on("error", (error) => {
      cut.cancel();
      reject(error);
    });
    end(asked, body);
  });
}

interface Cut {
  cancel(): void;
  readonly isMade: boolean;
}

function cutAt(deadline: number, cut: () => void): Cut {
  let isMade = false;
  const timer = setTimeout(
    () => {
      isMade = true;
      cut();
    },
    Math.max(0, deadline - Date.now()),
  );
  return {
    cancel: () => clearTimeout(timer),
    get isMade() {
      return isMade;
    },
  };
}

function end(asked: ClientRequest, body: Buffer): void {
  if (body.length > 0) asked.end(body);
  else asked.end();
}

function collect(response: IncomingMessage, cut: Cut): Promise<Answer> {
  const chunks: Buffer[] = [];
  return new Promise((resolve, reject) => {
    const answer = (isComplete: boolean) => {
      cut.cancel();
      const { statusCode: status = 0, rawHeaders } = response;
      resolve({ status, rawHeaders, body: Buffer.concat(chunks), isComplete });
    };
    response.on("data", (chunk: Buffer) => chunks.push(chunk));
    response.once("end", () => answer(true));
    response.once("error", (error) => {
      if (cut.isMade) return answer(false);
      cut.cancel();
      reject(error);
    });
  });
}
