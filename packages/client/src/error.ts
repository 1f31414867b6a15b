/** What this client itself finds; all other codes are the server's, in docs/protocol.md. */
export type LocalCode =
  | "buffer_full"
  | "closed"
  | "disconnected"
  | "timeout"
  | "token"
  | "too_large"
  | "unreachable"
  | "version";

/** An action that was not carried out, or a connection that could not be had. */
export class RoomsError extends Error {
  override readonly name = "RoomsError";

  constructor(
    readonly code: LocalCode | (string & {}),
    message: string,
    /** What the application's middleware gave with its error. */
    readonly data?: unknown,
  ) {
    super(message);
  }
}
