import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hostedSocketIo, project, ready } from "./parts";

/**
 * The builds of Socket.IO's client that a server serves to its own pages (`serveClient`), of the version that functions
 * run. They ask for a WebSocket at once: API Gateway has no HTTP long-polling, with which the client would begin.
 */
export function clientFolder(): string {
  // The npm package holds them ready-made.
  if (ready !== undefined) return join(hostedSocketIo(), "client-dist");
  folder ??= writeClient(join(project, "build", "client"));
  return folder;
}

let folder: string | undefined;

/** @returns `to` */
export function writeClient(to: string): string {
  mkdirSync(to, { recursive: true });
  const from = join(hostedSocketIo(), "client-dist");
  for (const name of readdirSync(from).filter((file) => file.endsWith(".js"))) {
    const written = join(to, `.${process.pid}.${name}`);
    writeFileSync(written, overWebSocket(name, readFileSync(join(from, name), "utf8")));
    // Other processes may be reading it.
    renameSync(written, join(to, name));
  }
  return to;
}

/** https://socket.io/docs/v4/client-options/#transports */
const TRANSPORTS = /\["polling",\s*"websocket",\s*"webtransport"\]/g;
const NOTE =
  '/* Its default is transports: ["websocket"], since its server has no HTTP long-polling. */\n';

function overWebSocket(name: string, script: string): string {
  const places = script.match(TRANSPORTS)?.length ?? 0;
  if (places !== 1) {
    throw new Error(
      `Cannot prepare Socket.IO's client: expected its default transports once in ${name}, got ${places}`,
    );
  }
  // There are no source maps of it.
  const code = script
    .replace(TRANSPORTS, '["websocket"]')
    .replace(/\n\/\/# sourceMappingURL=.*/, "");
  return NOTE + code;
}
