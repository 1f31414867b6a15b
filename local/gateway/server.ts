import { createReadStream } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { extname } from "node:path";
import type { CloudFront } from "../cloudfront/cloudfront";
import type { AnsweredRequest } from "../options";
import type { Gateway } from "./gateway";
import { answerManagement, type ManagementOptions } from "./management";
import { sourceIp } from "./source-ip";
import { isOfStage } from "./stage-path";

/** What the stage's server serves. */
export interface StageOptions extends Omit<ManagementOptions, "throttle" | "connection"> {
  readonly stage: string;
  readonly files: Readonly<Record<string, string>>;
  /** CloudFront, for all that is not the stage's own; absent where the template has no distribution. */
  readonly cloudFront?: CloudFront | undefined;
  readonly onRequest?: ((request: AnsweredRequest) => void) | undefined;
}

const contentTypes: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
};

/** The HTTP server of a stage: WebSocket handshakes, the management API, and files for developers. */
export function createStageServer(gateway: Gateway, options: StageOptions): Server {
  const management: ManagementOptions = {
    ...options,
    throttle: gateway.throttles.account,
    connection: (id) => gateway.connection(id),
  };
  const report = (request: IncomingMessage, status: number, url?: string) =>
    options.onRequest?.(answered(request, status, url));
  const server = createServer((request, response) => {
    const { url } = request;
    response.on("finish", () => report(request, response.statusCode, url));
    void answer(request, response, options, management).catch(() => response.destroy());
  });
  // Handshakes that never end and posts on kept connections are both ordinary here.
  server.keepAliveTimeout = 65_000;
  server.on("upgrade", (request, stream, head) => {
    const { cloudFront, stage } = options;
    const isStage = isOfStage(request, stage);
    if (cloudFront && !isStage) {
      stream.on("error", () => stream.destroy());
      cloudFront
        .upgrade(request, stream, head)
        .then((status) => status !== undefined && report(request, status))
        .catch(() => stream.destroy());
      return;
    }
    void gateway.upgrade(request, stream, head);
  });
  return server;
}

/** What is said of a request; its URL may have been rewritten since it came. */
export function answered(
  request: IncomingMessage,
  status: number,
  url = request.url ?? "/",
): AnsweredRequest {
  return { url, status, headers: request.headers, address: sourceIp(request) };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { stage, files, cloudFront }: StageOptions,
  management: ManagementOptions,
): Promise<void> {
  const [path = "/"] = (request.url ?? "/").split("?", 1);
  const file = files[path];
  if (file !== undefined && request.method === "GET") return serveFile(response, file);
  const [, stageOfPath, kind, id, ...others] = path.split("/");
  if (stageOfPath === stage && kind === "@connections" && id && others.length === 0) {
    return answerManagement(request, response, id, management);
  }
  // The stage's own path is API Gateway's also where a distribution answers all others.
  const isStage = isOfStage(request, stage);
  if (cloudFront && !isStage) return cloudFront.answer(request, response);
  request.resume();
  if (isStage) return refuse(response, 426, "Upgrade Required");
  // Also for a management request to a stage that does not exist.
  refuse(response, 403, "Forbidden");
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response
    .writeHead(status, {
      "content-type": "application/json",
      ...(status === 403 && { "x-amzn-errortype": "ForbiddenException" }),
      ...(status === 426 && { upgrade: "websocket" }),
    })
    .end(JSON.stringify({ message }));
}

function serveFile(response: ServerResponse, file: string): void {
  const type = contentTypes[extname(file)] ?? "application/octet-stream";
  createReadStream(file)
    .on("open", () =>
      response.writeHead(200, { "content-type": type, "cache-control": "no-store" }),
    )
    .on("error", () => refuse(response, 404, `Cannot read ${file}`))
    .pipe(response);
}
