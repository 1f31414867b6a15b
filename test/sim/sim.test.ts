import path from "node:path";
import type { Delivery, Frame, Session, Stores } from "../../src/ports";
import { buildApplication } from "../memory/build";
import { simulate } from "./simulate";
import type { Mutation } from "./stack";

/** `npm run test:chaos` runs many more. */
const SEEDS = [1, 2, 3];
const small = { clients: 6, steps: 40 };

test.each(SEEDS)("seed %i finds no violation", async (seed) => {
  const { violations, heard } = await simulate({ seed, ...small });
  expect(violations).toEqual([]);
  expect(heard).toBeGreaterThan(20);
});

test.each(SEEDS)("seed %i finds no violation with one lane for the application", async (seed) => {
  const { violations, heard } = await simulate({ seed, ...small, isResident: true });
  expect(violations).toEqual([]);
  expect(heard).toBeGreaterThan(20);
});

const counter = buildApplication(path.join(__dirname, "counter.js"), true);

test.each(SEEDS)("seed %i loses no variable of a connection", async (seed) => {
  const { violations, counted } = await simulate({ seed, ...small, counter });
  expect(violations).toEqual([]);
  expect(counted).toBeGreaterThan(3);
});

test("a variable of a connection that is not stored is reported", async () => {
  const stores = (real: Stores): Stores => ({
    ...real,
    store: changed(real.store, {
      saveState: async (address, { shared: _, ...state }, ...rest) =>
        real.store.saveState(address, state, ...rest),
    }),
  });
  const run = { seed: 11, ...small, isCalm: true, counter };
  const { violations } = await simulate({ ...run, mutation: { stores } });
  expect(violations.join("\n")).toMatch(/lost a change/);
  expect((await simulate(run)).violations).toEqual([]);
});

test("the same seed takes the same decisions", async () => {
  const first = await simulate({ seed: 11, ...small });
  await simulate({ seed: 12, ...small });
  const again = await simulate({ seed: 11, ...small });
  expect(Object.keys(first.faults).length).toBeGreaterThan(2);
  expect(again).toEqual(first);
});

describe("a product that fails is reported:", () => {
  const run = async (mutation: Mutation) => {
    const { violations } = await simulate({ seed: 11, ...small, isCalm: true, mutation });
    return violations.join("\n");
  };

  test("not one that does not", async () => {
    expect(await run({})).toBe("");
  });

  test("a broadcast that reaches another room", async () => {
    const stores = (real: Stores): Stores => ({
      ...real,
      store: changed(real.store, {
        memberPage: (namespace, _, page) => real.store.memberPage(namespace, "red", page),
        members: (namespace) => real.store.members(namespace, "red"),
      }),
    });
    expect(await run({ stores })).toMatch(/heard .* without having asked for the room/);
  });

  test("a store that forgets to remove a membership", async () => {
    const stores = (real: Stores): Stores => ({
      ...real,
      store: changed(real.store, { removeMemberships: async () => {} }),
    });
    expect(await run({ stores })).toMatch(/left when all had gone/);
  });

  test("an event that is swallowed", async () => {
    const delivery = (real: Delivery) => tamper(real, "swallow");
    expect(await run({ delivery })).toMatch(/ missed /);
  });

  test("an event that comes twice", async () => {
    const delivery = (real: Delivery) => tamper(real, "repeat");
    expect(await run({ delivery })).toMatch(/times without a fault/);
  });

  test("a session that does not know when it joined its rooms", async () => {
    const stores = (real: Stores): Stores => ({
      ...real,
      sessions: changed(real.sessions, {
        async claim(...of) {
          const { hearing: _, ...session } = (await real.sessions.claim(...of)) ?? {};
          return "id" in session ? (session as Session) : undefined;
        },
      }),
    });
    // A seed whose application recovers sessions, and that has greedy talkers.
    const run = { seed: 27, clients: 8, steps: 80, isCalm: true };
    const { violations } = await simulate({ ...run, mutation: { stores } });
    expect(violations.join("\n")).toMatch(/which was over before it asked for the room/);
    expect((await simulate(run)).violations).toEqual([]);
  });

  test("an order that does not reach the sessions of clients that are away", async () => {
    const stores = (real: Stores): Stores => ({
      ...real,
      orders: changed(real.orders, { keep: async () => {} }),
    });
    // A seed in which a client is away while it is taken out of a room.
    const run = { seed: 12, clients: 8, steps: 80, isCalm: true };
    const { violations } = await simulate({ ...run, mutation: { stores } });
    expect(violations.join("\n")).toMatch(/whose room it had to leave/);
    expect((await simulate(run)).violations).toEqual([]);
  });

  test("a room that is not left in the count", async () => {
    const stores = (real: Stores): Stores => ({
      ...real,
      rooms: changed(real.rooms, { leave: async () => false }),
    });
    expect(await run({ stores })).toMatch(/members, not|left when all had gone/);
  });
});

/** The same object with some methods replaced. */
function changed<T extends object>(real: T, methods: Partial<T>): T {
  return new Proxy(real, {
    get: (_, name) => {
      const value = Reflect.get(name in methods ? methods : real, name);
      return typeof value === "function" ? value.bind(real) : value;
    },
  });
}

/** Does something else with every fifth event that a talker said. */
function tamper(real: Delivery, what: "swallow" | "repeat"): Delivery {
  let count = 0;
  return changed(real, {
    deliver(id, frames, done) {
      const isChosen = mentionsSaid(frames) && ++count % 5 === 0;
      if (isChosen && what === "swallow") return done("delivered");
      if (isChosen) void real.send(id, frames);
      real.deliver?.(id, frames, done);
    },
  });
}

function mentionsSaid(frames: readonly Frame[]): boolean {
  return frames.some(({ bytes }) => Buffer.from(bytes).includes("said"));
}
