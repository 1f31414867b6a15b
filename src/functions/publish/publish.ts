import type { Host } from "../../host/host";
import { logError } from "../../log";
import { type Operation, operations } from "./operations";
import { bodies, check, page, RequestError } from "./requests";
import { findRoute, type Route, readBody, type UrlEvent } from "./routes";

export interface UrlResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Answers a request to the function URL. IAM has let the caller in. Never throws. */
export async function handleRequest(
  host: Host,
  event: UrlEvent,
  deadline: number,
): Promise<UrlResponse> {
  try {
    const { namespace, work } = readOperation(findRoute(event), event);
    const result = await host.runWithoutConnection(namespace, work, deadline);
    if (result) return respond(200, result.value);
    const message = `Expected a namespace that the application knows, got ${JSON.stringify(namespace)}`;
    throw new RequestError(404, "invalid_namespace", message);
  } catch (error) {
    if (error instanceof RequestError) {
      const { status, code, message } = error;
      return respond(status, { error: { code, message } });
    }
    logError("Cannot answer a request", error);
    const message = "The server may have carried out a part; retry";
    return respond(500, { error: { code: "internal", message } });
  }
}

function readOperation(route: Route, event: UrlEvent): { namespace: string; work: Operation } {
  switch (route.name) {
    case "rooms":
      return { namespace: route.namespace, work: operations.rooms() };
    case "room": {
      const query = check("list members", page, event.queryStringParameters ?? {});
      return { namespace: route.namespace, work: operations.room(route.room, query) };
    }
    case "emitToRoom": {
      const body = check("emit", bodies.emitToRoom, readBody(event));
      const { namespace, room } = route;
      return { namespace, work: operations.emit({ ...body, namespace, rooms: [room] }) };
    }
    default: {
      const body = check(route.name, bodies[route.name], readBody(event));
      return { namespace: body.namespace, work: operations[route.name](body as never) };
    }
  }
}

function respond(statusCode: number, value: unknown): UrlResponse {
  return {
    statusCode,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(value),
  };
}
