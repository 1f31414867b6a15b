import type { Context } from "aws-lambda";
import type { Server } from "socket.io";
import { admit, refuseStranger } from "../src/functions/http/admission";
import type { HttpEvent } from "../src/functions/http/events";
import { handleHttp } from "../src/functions/http/handle-http";
import { readSetting } from "../src/settings/read";
import { originSecret } from "../src/settings/settings";
import { composeHost } from "./compose-host";
import { observed } from "./observed";
import { prepareRoutes } from "./prepare-routes";
import { createServerFinder } from "./request-server";
import { startApplication } from "./start-application";

const secret = readSetting(originSecret);
prepareRoutes();
const application = startApplication((io: Server) => {
  composeHost(io);
  return { io, findServer: createServerFinder(io) };
});

/** The function URL by which browsers and other clients reach the application's own HTTP server. */
export const handler = observed(async (event: HttpEvent, context: Context) => {
  const asked = admit(event, secret);
  if (!asked) return refuseStranger();
  const deadline = Date.now() + context.getRemainingTimeInMillis() - 1000;
  const { io, findServer } = await application();
  return handleHttp({ io, server: await findServer() }, asked, deadline);
});
