import type { Item } from "../../src/store/dynamo/item";
import { offsetAt } from "../../src/wire/offset";
import { Broadcasts } from "./broadcasts";
import { checkMessages, type Evidence } from "./check-messages";
import type { Said } from "./said";
import { Talker } from "./talker";
import type { Wire } from "./wire";

/** What the rules let a client hear twice or miss: not more than the documents say. */

const START = Date.UTC(2030, 0, 1);
let now: number;
beforeEach(() => {
  now = START;
});

function talker(name: string): Talker {
  return new Talker({ name, isAdmitted: true, isGreedy: false, rooms: {}, now: () => now });
}

/** A talker that is in the namespace over a connection. */
function present(name: string, connectionId = `${name}=`): Talker {
  const one = talker(name);
  connect(one, connectionId, false);
  now += 10;
  return one;
}

function connect(one: Talker, connectionId: string, recovered: boolean): void {
  one.wire = { connectionId } as Wire;
  one.onConnect("/", `socket of ${one.name}`, recovered);
}

function said(by: Talker, n: number, at: number): Said {
  const connection = by.wire?.connectionId ?? "";
  return { namespace: "/", room: "*", sender: by.name, connection, n, at };
}

const offsetOf = (at: number) => offsetAt(at).padEnd(17, "0");

/** What the log holds of a message. */
function logged(one: Said, endedAt?: number): Item[] {
  const s = offsetOf(one.at);
  const item = { p: "l/", s, f: `2${JSON.stringify(["said", one, s])}` };
  return endedAt === undefined ? [item] : [item, { p: "l/", s: `${s}~`, z: endedAt }];
}

/** What is wrong with what the listener heard. */
function violations(talkers: Talker[], items: Item[] = [], repeated: string[] = []): string[] {
  const evidence: Evidence = {
    talkers,
    doubts: { repeated: new Set(repeated), unsure: new Set(), partRepeated: false },
    broadcasts: new Broadcasts(items),
    deadLetters: [],
    divides: false,
    overlapped: false,
  };
  return checkMessages(evidence).filter((text) => text.startsWith("t2"));
}

/** A listener that comes back after it has seen a message. */
function returns(one: Talker, seen: Said, connectionId: string, missed: readonly Said[]): void {
  one.onName("/", offsetOf(seen.at));
  one.onDisconnect("/");
  one.wire = { connectionId } as Wire;
  for (const each of missed) one.onEvent("/", "said", [each]);
  connect(one, connectionId, true);
}

describe("a message that comes twice", () => {
  let speaker: Talker;
  let listener: Talker;
  let first: Said;
  beforeEach(() => {
    speaker = present("t1");
    listener = present("t2");
    first = said(speaker, 1, now);
    listener.onEvent("/", "said", [first]);
    now += 1000;
  });

  test("is a violation", () => {
    listener.onEvent("/", "said", [first]);
    expect(violations([speaker, listener])).toEqual(["t2 heard / */t1/1 2 times without a fault"]);
  });

  test("is allowed if its listener's CONNECT came again, with what the session had missed", () => {
    const missed = said(speaker, 2, now);
    now += 10;
    returns(listener, first, "new=", [missed, missed]);
    const items = [...logged(first, first.at + 5), ...logged(missed, missed.at + 5)];
    expect(violations([speaker, listener], items, ["new="])).toEqual([]);
    expect(violations([speaker, listener], items)).toHaveLength(1);
  });

  test("is a violation if it was said after that return", () => {
    now += 10;
    returns(listener, first, "new=", []);
    now += 10;
    const later = said(speaker, 2, now);
    listener.onEvent("/", "said", [later]);
    listener.onEvent("/", "said", [later]);
    const items = [...logged(first, first.at + 5), ...logged(later, later.at + 5)];
    expect(violations([speaker, listener], items, ["new="])).toHaveLength(1);
  });
});

describe("a message that a recovered session misses", () => {
  let [speaker, other, listener] = [talker("t1"), talker("t3"), talker("t2")];
  let seen: Said;
  let missed: Said;

  /** @param from the last one that the listener got, until when, and the one that it missed */
  function miss(endedAt: number | undefined, missedAt: number, by: Talker): string[] {
    now += 1000;
    seen = said(speaker, 1, now);
    listener.onEvent("/", "said", [seen]);
    missed = said(by, 2, seen.at + missedAt);
    now += 10_000;
    by.acknowledged.push({ ...missed, doneAt: missed.at + 20 });
    returns(listener, seen, "new=", []);
    const end = endedAt === undefined ? undefined : seen.at + endedAt;
    return violations([speaker, other, listener], [...logged(seen, end), ...logged(missed)]);
  }

  beforeEach(() => {
    [speaker, other, listener] = [present("t1"), present("t3"), present("t2")];
  });

  test("is allowed if it began before the last one that it got was over", () => {
    expect(miss(50, 30, other)).toEqual([]);
  });

  test("is allowed if it was not over when the last one began", () => {
    expect(miss(50, -10, other)).toEqual([]);
  });

  test.each([
    ["began after the last one was over", 50, 60],
    ["was over before the last one began", 50, -30],
    ["began when the last one's end was not noted", undefined, 30],
  ])("is a violation if it %s", (_, endedAt, missedAt) => {
    expect(miss(endedAt, missedAt, other)).toEqual(["t2 missed / */t3/2"]);
  });

  test("is a violation if both came from one connection", () => {
    expect(miss(50, 30, speaker)).toEqual(["t2 missed / */t1/2"]);
  });
});
