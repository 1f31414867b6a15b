import type { APIGatewayProxyWebsocketEventV2, Context, SQSEvent } from "aws-lambda";
import type { Server } from "socket.io";
import { SilentAdapter } from "../src/adapter/mute-adapter";
import { handleBatch, handleFrame } from "../src/lanes/consume";
import { Resource } from "../src/settings/resources";
import type { composeHost } from "./compose-host";
import { type Copy, loadIn, watchTimers } from "./copy-timers";
import { observed } from "./observed";
import { startApplication } from "./start-application";

/** The function that runs the application for the events of connections. */
export function createLane(compose: (io: Server) => ReturnType<typeof composeHost>) {
  const isBeside = process.env[Resource.application] !== undefined;
  const application = isBeside ? startBeside(compose) : startApplication(compose);
  /** A batch from a queue or, with `ordering: "none"`, one frame straight from API Gateway. */
  return observed(async (event: SQSEvent | APIGatewayProxyWebsocketEventV2, context: Context) => {
    const { host, queue } = await application();
    const deadline = Date.now() + context.getRemainingTimeInMillis();
    return "Records" in event
      ? handleBatch(host, event.Records, deadline, queue)
      : handleFrame(host, event, deadline);
  });
}

/**
 * Where a function of its own keeps the application, acks and what is due later come here. Its options count, and
 * what it does by itself once it is loaded has no effect: a tick would reach its clients from each container.
 */
function startBeside<Hosted>(compose: (io: Server) => Hosted): () => Promise<Hosted> {
  const copy: Copy = { isOver: false };
  watchTimers();
  return loadIn(copy, () =>
    startApplication((io) => {
      const hosted = compose(io);
      io.adapter(SilentAdapter as never);
      copy.isOver = true;
      return hosted;
    }),
  );
}
