import { createReadStream } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { pipeline } from "node:stream";
import { Server } from "socket.io";

type SendFile = (name: string, request: IncomingMessage, response: ServerResponse) => void;

/**
 * Makes Socket.IO serve its client's scripts from a folder of the bundle (`serveClient`): it looks for them beside its
 * own source. They leave as they are, since a CDN compresses them.
 */
export function serveClientFrom(folder: string): void {
  const sendFile: SendFile = (name, _request, response) => {
    const file = createReadStream(join(folder, name));
    // The maps of the scripts are not in the bundle.
    file.once("error", () => {
      for (const header of ["cache-control", "etag"]) response.removeHeader(header);
      response.writeHead(404).end();
    });
    file.once("open", () => pipeline(file, response, () => undefined));
  };
  Object.assign(Server, { sendFile });
}
