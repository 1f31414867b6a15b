import type { Context } from "aws-lambda";
import type { Server } from "socket.io";
import { MuteAdapter } from "../../src/adapter/mute-adapter";
import { connectLocked } from "../../src/functions/connect-locked";
import type { ConnectEvent } from "../../src/gateway/handshake";
import { upgradeEngineOf } from "../../src/socketio/upgrade-engine";
import { judgeUpgrade } from "../../src/upgrade/restore";
import { composeConnect } from "../compose";
import { observed } from "../observed";
import { startApplication } from "../start-application";

/** What is left for the table and the queue once the application's locks have ended. */
const AFTERWARDS_MS = 2000;

const ports = composeConnect();
const application = startApplication((io: Server) => {
  io.adapter(MuteAdapter as never);
  return io;
});

/** `$connect` of an application that keeps clients out with locks of its own. */
export const handler = observed(async (event: ConnectEvent, context: Context) => {
  const io = await application();
  const deadline = Date.now() + context.getRemainingTimeInMillis() - AFTERWARDS_MS;
  // Read now: an application may attach its server late.
  const engine = upgradeEngineOf(io);
  return connectLocked(ports, (handshake) => judgeUpgrade(engine, handshake, deadline), event);
});
