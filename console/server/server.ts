import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { ConsoleSource } from "../source";
import { type Asset, assets } from "./assets";
import { createToken, type Refused, refusePlace, refuseToken, SECURITY_HEADERS } from "./guard";
import { BadRequest, eventFilter } from "./requests";
import { act, READS } from "./routes";

/** Only this machine: what the console can do is for its operator. */
const LOOPBACK = "127.0.0.1";
const MOST_BODY = 300_000;
/** A stream that says nothing for so long may have lost its reader. */
const BEAT_MS = 15_000;
/** Batches wait for a slow reader up to so many bytes; then they are dropped. */
const MOST_WAITING = 4_000_000;

export interface RunningConsole {
  /** With the token, which lets its holder act. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves the page and its API on loopback.
 *
 * @param createSource called at each request: the stack behind may be replaced
 * @param port 0 for any free one, which also takes the place of a taken one
 * @param keepsRunning whether the process lives as long as the console. @default - it may end before
 */
export async function startConsole(
  createSource: () => ConsoleSource,
  port: number,
  { keepsRunning = false } = {},
): Promise<RunningConsole> {
  const token = createToken();
  const server = createServer((request, response) => {
    void answer(request, response, { source: createSource, token, port: portOf(server) }).catch(
      (error) => {
        if (response.headersSent) response.destroy();
        else if (error instanceof BadRequest) refuse(response, 400, error.message);
        else refuse(response, 500, error instanceof Error ? error.message : "It failed");
      },
    );
  });
  const listening = await listen(server, port).catch((error) => {
    if (port !== 0 && error.code === "EADDRINUSE") return listen(server, 0);
    throw error;
  });
  if (!keepsRunning) server.unref();
  return {
    url: `http://localhost:${listening}/#token=${token}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Context {
  readonly source: () => ConsoleSource;
  readonly token: string;
  readonly port: number;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { source, token, port }: Context,
): Promise<void> {
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
  const strange = refusePlace(request, port);
  if (strange) return refuseAs(response, strange);
  const { pathname, searchParams } = new URL(request.url ?? "/", `http://localhost:${port}`);
  const asset = assets()[pathname];
  if (asset && request.method === "GET") return sendAsset(response, asset);
  if (!pathname.startsWith("/api/")) return refuse(response, 404, `No page is at ${pathname}`);
  const unknown = refuseToken(request, token);
  if (unknown) return refuseAs(response, unknown);
  if (request.method === "POST" && pathname === "/api/act") {
    // A form cannot send this type, so no other page can without asking first.
    if (!request.headers["content-type"]?.startsWith("application/json")) {
      return refuse(response, 415, "Expected JSON");
    }
    return sendJson(response, await act(source(), await readBody(request)));
  }
  if (request.method !== "GET") return refuse(response, 405, "Expected GET");
  if (pathname === "/api/events") return stream(response, source(), searchParams);
  const read = READS[pathname];
  if (!read) return refuse(response, 404, `No page is at ${pathname}`);
  sendJson(response, await read(source(), searchParams));
}

/** Lines of JSON, as long as the page listens. An `EventSource` could not send the token. */
function stream(response: ServerResponse, source: ConsoleSource, query: URLSearchParams): void {
  response.writeHead(200, { "content-type": "application/x-ndjson; charset=utf-8" });
  response.flushHeaders();
  let dropped = 0;
  const stop = source.listen(eventFilter(query), (batch, left) => {
    if (response.writableLength > MOST_WAITING) {
      dropped += batch.length + left;
      return;
    }
    response.write(`${JSON.stringify({ batch, left: left + dropped })}\n`);
    dropped = 0;
  });
  const beat = setInterval(() => response.write("\n"), BEAT_MS);
  beat.unref();
  response.on("close", () => {
    clearInterval(beat);
    stop();
  });
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > MOST_BODY) throw new BadRequest(`Expected ${MOST_BODY} bytes at most`);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString();
}

function sendAsset(response: ServerResponse, { type, body }: Asset): void {
  response.writeHead(200, { "content-type": type }).end(body);
}

function sendJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { "content-type": "application/json; charset=utf-8" });
  response.end(JSON.stringify(value ?? null));
}

function refuseAs(response: ServerResponse, { status, message }: Refused): void {
  refuse(response, status, message);
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8" });
  response.end(JSON.stringify({ message }));
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address ? address.port : 0;
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, host: LOOPBACK }, () => {
      server.off("error", reject);
      resolve(portOf(server));
    });
  });
}
