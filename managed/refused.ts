/** What a client may not do, or did wrong: an answer, not a failure. */
export class Refused extends Error {
  /** @param code one of docs/protocol.md's error codes. */
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}
