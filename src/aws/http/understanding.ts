import type { Ending } from "./connection";
import type { HttpResponse } from "./response-reader";

/** Answers in a row that were not understood, after which Node's own client takes over. */
const MAX_STRANGE = 3;

/** Whether a peer speaks HTTP as our client reads it. */
export class Understanding {
  #strange = 0;

  get isLost(): boolean {
    return this.#strange >= MAX_STRANGE;
  }

  /** Call with each ending. @returns the answer, if there was one */
  readonly judge = (ending: Ending): HttpResponse | undefined => {
    if (typeof ending === "object") {
      this.#strange = 0;
      return ending;
    }
    if (ending === "unintelligible") this.#strange++;
    return undefined;
  };
}
