/**
 * HTTP requests that wait on the lane of the whole application, and their answers on their way back to the function that
 * waits for them. Both are bytes of any length, kept for a while. `test/contracts` holds every store to it.
 */
export interface Requests {
  /** Keeps a request that is too large for a message. */
  put(id: string, request: Uint8Array): Promise<void>;
  /** A request as a whole; `undefined` if the store does not have it. */
  read(id: string): Promise<Uint8Array | undefined>;
  /**
   * Keeps the answer to a request, unless it has one: the first one counts. It is there as a whole or not at all.
   *
   * @returns `false` if there was one
   */
  answer(id: string, answer: Uint8Array): Promise<boolean>;
  /** The answer, once there is one. Strongly consistent. */
  readAnswer(id: string): Promise<Uint8Array | undefined>;
}
