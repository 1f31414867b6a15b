import { checkOrders, mayHaveLeft, type Order, standing, targetsOf } from "./orders";
import type { Stay } from "./said";
import { Talker } from "./talker";
import type { Done, Wire } from "./wire";

/** What the rules demand of an order, for those whom it reached for certain. */

let now = 0;
let done: Done[] = [];
const begun = new Map<string, number>();

/** A talker in room `r`. */
function present(name: string): Talker {
  const options = { name, isAdmitted: true, isGreedy: false, rooms: {}, now: () => now };
  const talker = new Talker(options);
  connect(talker, `${name}=`, false);
  now += 10;
  talker.join("/", "r");
  acknowledge();
  return talker;
}

function connect(talker: Talker, connectionId: string, recovered: boolean): void {
  begun.set(connectionId, now);
  const emit = (_: string, __: string, ___: unknown, then?: Done) => then && done.push(then);
  talker.wire = { connectionId, emit } as unknown as Wire;
  talker.onConnect("/", `socket of ${talker.name}`, recovered);
}

function acknowledge(): void {
  now += 10;
  for (const then of done.splice(0)) then();
}

let giver: Talker;
let member: Talker;
beforeEach(() => {
  now = 1000;
  done = [];
  giver = present("t1");
  member = present("t2");
  giver.leave("/", "r");
  acknowledge();
  now += 10;
});

function give(what: Order["what"], except: string[] = []): void {
  const asked = { what, namespace: "/", room: "r", except, at: now };
  const targets = targetsOf(asked, [giver, member]);
  giver.give({ ...asked, connection: "t1=", targets });
}

function evidence(repeated: string[] = []) {
  const begunAt = (id: string) => begun.get(id) ?? 0;
  return { talkers: [giver, member], repeated: new Set(repeated), begunAt };
}

const hear = (at: number) => {
  const said = { namespace: "/", room: "r", sender: "t1", connection: "t1=", n: 1, at };
  member.onEvent("/", "said", [said]);
};

describe("a member that is disconnected while it is away", () => {
  beforeEach(() => member.onDisconnect("/"));

  test("may not come back", () => {
    give("disconnect");
    acknowledge();
    expect(checkOrders(evidence())).toEqual([]);
    now += 10;
    connect(member, "new=", true);
    expect(checkOrders(evidence())).toEqual([
      "t2's socket of t2 was disconnected in / r and came back",
      "t2's socket of t2 was disconnected in / r and is still there",
    ]);
  });

  test("may come back over a connection that was begun before, if it goes again", () => {
    give("disconnect");
    connect(member, "new=", true);
    acknowledge();
    member.onDisconnect("/");
    expect(checkOrders(evidence())).toEqual([]);
  });

  test.each([
    ["the order was not acknowledged", () => give("disconnect")],
    ["a room that it may be in was excepted", () => give("disconnect", ["r"])],
    [
      "another order may have taken it out of the room before",
      () => {
        give("leave");
        give("disconnect");
      },
    ],
  ])("may come back if %s", (_, order) => {
    order();
    if (giver.orders.length > 1 || giver.orders[0]?.except.length) acknowledge();
    now += 10;
    connect(member, "new=", true);
    expect(checkOrders(evidence()).filter((text) => text.includes("came back"))).toEqual([]);
  });
});

describe("a member that is taken out of a room", () => {
  beforeEach(() => {
    give("leave");
    acknowledge();
    now += 10;
  });

  test("may not hear it any more, and is out of it", () => {
    expect(standing(member, "/", "r", evidence())).toBe("out");
    hear(now);
    expect(checkOrders(evidence())).toEqual(["t2 heard / r/t1/1, whose room it had to leave"]);
  });

  test("may hear what was said before", () => {
    hear(now - 30);
    expect(checkOrders(evidence())).toEqual([]);
  });

  test("is in it, and may hear it, when it has joined again", () => {
    member.join("/", "r");
    acknowledge();
    hear(now);
    expect(checkOrders(evidence())).toEqual([]);
    expect(standing(member, "/", "r", evidence())).toBe("in");
  });

  test("may be in it if its join came again", () => {
    expect(standing(member, "/", "r", evidence(["t2="]))).toBe("unknown");
  });

  test("may have left it by an order that came again", () => {
    member.join("/", "r");
    acknowledge();
    const stay = member.sessionIn("/")?.rooms.get("r") as Stay;
    const room = { namespace: "/", room: "r" };
    expect(mayHaveLeft(stay, room, now + 10, evidence())).toBe(false);
    expect(mayHaveLeft(stay, room, now + 10, evidence(["t1="]))).toBe(true);
  });

  test("may have left it though it learned later that it had joined", () => {
    member.leave("/", "r");
    acknowledge();
    now += 10;
    member.join("/", "r");
    const joined = done.splice(0);
    give("leave");
    acknowledge();
    now += 10;
    for (const then of joined) then();
    expect(standing(member, "/", "r", evidence())).toBe("unknown");
  });
});
