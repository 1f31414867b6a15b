import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { currentContext } from "../../context/event-context";

/**
 * Makes a server tell the context what its listeners do for a request. Node calls listeners and forgets what they
 * return, and an exception ends its process; here the invocation waits for returned promises, and a listener that fails
 * is a 500 of its own request.
 */
export function watchListeners(server: Server): void {
  const emit = server.emit.bind(server);
  server.emit = (event: string, ...args: unknown[]) => {
    if (event !== "request") return emit(event, ...args);
    const [request, response] = args as [IncomingMessage, ServerResponse];
    for (const listener of server.rawListeners(event)) {
      const run = () => Reflect.apply(listener, server, [request, response]);
      currentContext().call("a listener for requests", () => answering(run, response));
    }
    return true;
  };
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
