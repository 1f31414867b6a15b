import type { LocalStack } from "../local";

/** How a stock client reaches a stack: from the application's own page, and from anywhere. */
export interface ClientLines {
  /** Absent where the stack serves no page. */
  readonly ownPage: string | undefined;
  /** The same for a page that takes the client from its server, which serves one that begins with a WebSocket. */
  readonly servedClient: string | undefined;
  readonly anywhere: string;
}

export function clientLines(
  stack: Pick<LocalStack, "webSocketUrl" | "siteUrl">,
  path = "/socket.io",
): ClientLines {
  const named = path === "/socket.io" ? "" : `path: "${path}", `;
  if (stack.siteUrl !== undefined) {
    return {
      ownPage: `io({ ${named}transports: ["websocket"] })`,
      servedClient: `io(${named && `{ path: "${path}" }`}) of ${path}/socket.io.js`,
      anywhere: `io("${stack.siteUrl}", { ${named}transports: ["websocket"] })`,
    };
  }
  const { pathname, host } = new URL(stack.webSocketUrl);
  return {
    ownPage: undefined,
    servedClient: undefined,
    anywhere: `io("ws://${host}", { path: "${pathname}", transports: ["websocket"] })`,
  };
}
