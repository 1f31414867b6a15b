import { Server as HttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Server as HttpsServer } from "node:https";
import { currentContext } from "../../context/event-context";

type Listener = (request: IncomingMessage, response: ServerResponse) => unknown;
type Register = (this: object, event: string | symbol, listener: never) => unknown;
const METHODS = ["on", "addListener", "prependListener", "removeListener", "off"] as const;

/** Each listener's stand-in, so that it can be removed. */
const watched = new WeakMap<Listener, Listener>();

/**
 * Makes servers tell the context what their listeners do for a request. Node calls listeners and forgets what they
 * return, and an exception ends its process; here the invocation waits for returned promises, and a listener that fails
 * is a 500 of its own request. At registration, since Socket.IO calls the listeners that it finds from one of its own.
 */
export function watchListeners(): void {
  for (const { prototype } of [HttpServer, HttpsServer]) {
    for (const method of METHODS) {
      const register = prototype[method] as Register;
      Object.assign(prototype, {
        [method](this: object, event: string | symbol, listener: Listener) {
          const given = event === "request" ? watch(listener) : listener;
          return register.call(this, event, given as never);
        },
      });
    }
  }
}

function watch(listener: Listener): Listener {
  const known = watched.get(listener);
  if (known || typeof listener !== "function") return known ?? listener;
  const watching: Listener = function (this: unknown, request, response) {
    const run = () => answering(() => listener.call(this, request, response), response);
    currentContext().call("a listener for requests", run);
  };
  watched.set(listener, watching);
  return watching;
}

/** Passes on what a listener returns or fails with. */
function answering(run: () => unknown, response: ServerResponse): unknown {
  const fail = (error: unknown) => {
    if (!response.headersSent) response.writeHead(500).end("Internal Server Error");
    else response.destroy();
    throw error;
  };
  try {
    const result = run();
    return result instanceof Promise ? result.catch(fail) : result;
  } catch (error) {
    return fail(error);
  }
}
