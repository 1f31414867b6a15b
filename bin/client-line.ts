import type { LocalStack } from "../local";

/** How a stock client reaches a stack: from the application's own page, and from anywhere. */
export interface ClientLines {
  /** Absent where the stack serves no page. */
  readonly ownPage: string | undefined;
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
      anywhere: `io("${stack.siteUrl}", { ${named}transports: ["websocket"] })`,
    };
  }
  const { pathname, host } = new URL(stack.webSocketUrl);
  return {
    ownPage: undefined,
    anywhere: `io("ws://${host}", { path: "${pathname}", transports: ["websocket"] })`,
  };
}
