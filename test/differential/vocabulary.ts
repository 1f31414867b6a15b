import type { Word } from "../memory/vocabulary";

/** What clients of the applications of this folder do. */
export interface Manner {
  /** What clients connect to besides "/". */
  readonly namespaces?: readonly string[];
  /** Whether the server asks: then a batch has one act, since an answer comes while others may be handled. */
  readonly asks?: boolean;
  /** An event is of another namespace if it begins with its name and a comma. */
  readonly words: readonly Word[];
}

export const manners: Readonly<Record<string, Manner>> = {
  party: {
    words: [
      ["send", "enter", "red"],
      ["send", "enter", "vip"],
      ["send", "exit", "red"],
      ["ask", "who", "red"],
      ["ask", "who", "vip"],
      ["send", "all in", "red"],
      ["send", "all out", "red"],
      ["send", "kick", "red"],
      ["send", "clear", "vip"],
      ["send", "bye"],
      ["ask", "log"],
    ],
  },
  teams: {
    namespaces: ["/team", "/game-1"],
    words: [
      ["send", "score"],
      ["send", "tell", "hi"],
      ["ask", "games"],
      ["ask", "/team,score"],
      ["send", "/game-1,move"],
    ],
  },
  gates: {
    words: [
      ["send", "quiet", 1],
      ["send", "drop it"],
      ["send", "ban", "a"],
      ["send", "ban", "c"],
      ["send", "pardon"],
      ["send", "most", 3],
      ["send", "most", 1],
      ["ask", "tries"],
    ],
  },
  listeners: {
    words: [
      ["send", "watch"],
      ["send", "watch first"],
      ["send", "unwatch"],
      ["send", "blind"],
      ["send", "watch out"],
      ["send", "unwatch out"],
      ["send", "add"],
      ["send", "add first"],
      ["send", "remove"],
      ["send", "remove common"],
      ["send", "remove all"],
      ["send", "hit", 1],
      ["send", "hit", 2],
      ["ask", "counts"],
      ["ask", "heard"],
      ["send", "first", 3],
      ["send", "message", "x"],
    ],
  },
  async: {
    words: [
      ["ask", "early"],
      ["ask", "work", 3],
      ["send", "later", 1],
      ["ask", "fail", 2],
      ["ask", "nap"],
      ["ask", "order"],
    ],
  },
  clocks: {
    words: [
      ["send", "chain", 3],
      ["send", "chain", 1],
      ["send", "round", "r"],
      ["send", "stop", "r"],
      ["send", "here"],
      ["ask", "timers"],
      ["send", "soon"],
      ["send", "number"],
    ],
  },
  shapes: {
    words: [
      ["send", "make", "Point", 1],
      ["send", "make", "Point3", 2],
      ["send", "make", "Anonymous", 3],
      ["send", "choose"],
      ["send", "shift"],
      ["send", "reset"],
      ["ask", "show"],
    ],
  },
  asks: {
    asks: true,
    words: [
      ["send", "ask me"],
      ["ask", "ask me and wait"],
      ["ask", "ask me in time"],
      ["send", "ask later"],
      ["ask", "answers"],
    ],
  },
};
