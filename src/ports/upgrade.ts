import type { IncomingMessage, ServerResponse } from "node:http";

/** What applications give to `io.engine.use`. */
export type Middleware = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => unknown;

/** A middleware, and where the application has registered it. */
export interface NotedMiddleware {
  readonly run: Middleware;
  /** `io.engine.use at file:line`, only asked for messages. */
  place(): string;
}

/** A request with what middlewares have put on it at `$connect`. */
export interface RestoredRequest {
  readonly request: object;
  /** What was put there, by name, as JSON; only of what is kept. */
  readonly put: ReadonlyMap<string, string>;
}

/** What an Engine.IO server keeps clients out with. */
export interface UpgradeEngine {
  readonly middlewares: readonly NotedMiddleware[];
  readonly opts: {
    readonly allowRequest?:
      | ((
          request: IncomingMessage,
          answer: (message: unknown, allowed: boolean) => void,
        ) => unknown)
      | undefined;
  };
  emit(event: string, about: unknown): boolean;
}
