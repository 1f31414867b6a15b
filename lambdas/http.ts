import { join } from "node:path";
import type { Context } from "aws-lambda";
import type { Server } from "socket.io";
import { isAdmitted, refuseStranger } from "../src/functions/http/admission";
import { withClientOf } from "../src/functions/http/behind-site";
import type { HttpEvent } from "../src/functions/http/events";
import { handleHttp } from "../src/functions/http/handle-http";
import { watchListeners } from "../src/functions/http/watch-listeners";
import { CLIENT_FILES } from "../src/names";
import { readSetting } from "../src/settings/read";
import { originSecret } from "../src/settings/settings";
import { serveClientFrom } from "../src/socketio/client-files";
import { composeHost } from "./compose-host";
import { observed } from "./observed";
import { createServerFinder, watchOwnServers } from "./request-server";
import { startApplication } from "./start-application";

const secret = readSetting(originSecret);
watchOwnServers();
watchListeners();
serveClientFrom(join(__dirname, CLIENT_FILES));
const application = startApplication((io: Server) => {
  composeHost(io);
  return { io, findServer: createServerFinder(io) };
});

/** The function URL by which browsers and other clients reach the application's own HTTP server. */
export const handler = observed(async (event: HttpEvent, context: Context) => {
  if (!isAdmitted(event, secret)) return refuseStranger();
  const deadline = Date.now() + context.getRemainingTimeInMillis() - 1000;
  const asked = secret === undefined ? event : withClientOf(event);
  const { io, findServer } = await application();
  return handleHttp({ io, server: await findServer() }, asked, deadline);
});
