import type { Server } from "node:http";
import { adoptStrays, type EventContext } from "../../context/event-context";
import { countResources, settle } from "../../context/settle";
import type { Routes, SendAnswer } from "../../host/application/routes";
import type { RequestEvent } from "../../lanes/events";
import { logError, logWarning } from "../../log";
import type { Requests } from "../../ports";
import { answerBy } from "./answer-by";
import type { HttpEvent, HttpResult } from "./events";
import { pack, unpack } from "./packing";
import { plainResult } from "./result-of";

export interface RoutesPorts {
  readonly requests: Requests;
  /** The server of this copy of the application; `undefined` if it has none that answers requests. */
  findServer(): Promise<Server | undefined>;
}

/** Hands requests that come on the lane to the application's own server. */
export function createRoutes({ requests, findServer }: RoutesPorts): Routes {
  const answer = async (id: string, result: HttpResult): Promise<void> => {
    try {
      await requests.answer(id, pack(result));
    } catch (error) {
      // What it changed is stored, so it must not come again.
      logError("Cannot send an answer to the function that waits for it", error);
    }
  };
  return {
    async run(event, batch, answers: SendAnswer[]) {
      const request = await read(event, requests);
      if (!request) return;
      const server = await findServer();
      const { redelivered, until, connectionId } = event;
      const limit = redelivered ? batch.deadline : Math.min(until, batch.deadline);
      await batch.forRoute(routeOf(request), async (context) => {
        const run = <T>(_: string, work: () => Promise<T>) => runOnLane(context, work, limit);
        const result = await answerBy(server, request, limit, run);
        answers.push(() => answer(connectionId, result));
      });
    },
    lost({ connectionId }) {
      const message = "the request was carried out, and its answer was lost with a container";
      return answer(connectionId, plainResult(500, `Internal Server Error: ${message}`));
    },
  };
}

/** `undefined` if it must not be carried out. @throws what the table throws */
async function read(
  { connectionId, until, body, redelivered }: RequestEvent & { readonly redelivered?: boolean },
  requests: Requests,
): Promise<HttpEvent | undefined> {
  // Its function has said so already. One that came before may have done a part of its work.
  if (!redelivered && Date.now() >= until) return undefined;
  const packed =
    body === undefined ? await requests.read(connectionId) : Buffer.from(body, "base64");
  if (packed) return unpack<HttpEvent>(packed);
  logWarning("A request was not carried out: it came again when the table had it no longer");
  return undefined;
}

function routeOf({ requestContext, rawPath }: HttpEvent): string {
  return `${requestContext.http.method} ${rawPath}`;
}

/** As `runRequest`, where other events run at the same time: a failure of their common effects fails the whole batch. */
async function runOnLane<T>(context: EventContext, work: () => Promise<T>, deadline: number) {
  adoptStrays(context);
  const before = countResources();
  const value = await work();
  await context.idle();
  // Timers and sockets may be of others.
  await settle(before, deadline, 0);
  return { value, failure: undefined };
}
