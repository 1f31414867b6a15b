import fc from "fast-check";
import type { Act, Audience, Auth, PlainEvent, Program, Room, Step, Target } from "./language";

/** Random programs. Values near the start of a list are what a counterexample shrinks to. */

const namespaces = ["/", "/chat", "/team-1", "/auth"] as const;
const client = fc.nat({ max: 5 });
const namespace = fc.constantFrom(...namespaces, "/");
const room: fc.Arbitrary<Room> = fc.constantFrom("a", "b", "observers", "", "5", 5, "ünï ☃ 房间");
const rooms = fc.array(room, { minLength: 1, maxLength: 3 });
const distinct = fc.uniqueArray(room, { minLength: 1, maxLength: 3 });
const target: fc.Arbitrary<Target> = fc.oneof(
  { arbitrary: room, weight: 3 },
  { arbitrary: fc.record({ client }), weight: 1 },
);
const value = fc.oneof(
  fc.constantFrom(1, "text", null, true, "ü\u2028\u0000", "", 1.5e300, -0.5),
  fc.jsonValue({ maxDepth: 2 }),
);
const values = fc.array(value, { maxLength: 2 });
const bytes = fc.array(fc.nat({ max: 255 }), { maxLength: 4 });

const audience: fc.Arbitrary<Audience<Target>> = fc.record(
  {
    via: fc.constantFrom("io", "socket"),
    to: fc.array(target, { maxLength: 3 }),
    except: fc.oneof(fc.constant([]), fc.array(target, { maxLength: 2 })),
  },
  { requiredKeys: ["via", "to", "except"] },
);
const elsewhere: fc.Arbitrary<Audience<Target>> = fc.record({
  via: fc.constant("io"),
  of: fc.constantFrom(...namespaces, "/team-2"),
  to: fc.array(target, { maxLength: 2 }),
  except: fc.array(target, { maxLength: 1 }),
});
const anyAudience = fc.oneof(
  { arbitrary: audience, weight: 3 },
  { arbitrary: elsewhere, weight: 1 },
);

function settling<T>(parts: { [K in keyof T]: fc.Arbitrary<T[K]> }, settled = true) {
  return fc
    .tuple(fc.record(parts) as fc.Arbitrary<T>, anyAudience)
    .map(([rest, audience]) => ({ ...rest, audience, settled }));
}

const kickAll: fc.Arbitrary<Act> = settling({
  act: fc.constant("kickAll"),
  close: fc.boolean(),
});
const kickRemotes: fc.Arbitrary<Act> = settling({
  act: fc.constant("remote"),
  how: fc.constant("disconnect"),
});

const kickAllAtOnce: fc.Arbitrary<Act> = settling(
  { act: fc.constant("kickAll"), close: fc.boolean() },
  false,
);

const kick = fc.oneof(kickAll, kickAllAtOnce, kickRemotes);

const acts: Record<string, fc.Arbitrary<Act>> = {
  join: fc.record({ act: fc.constant("join"), rooms, awaited: fc.boolean() }),
  leave: fc.record({ act: fc.constant("leave"), room: target }),
  emit: fc.record({ act: fc.constant("emit"), audience: anyAudience, args: values }),
  "emit self": fc.record({
    act: fc.constant("emitSelf"),
    how: fc.constantFrom("emit", "send", "traced"),
    args: values,
  }),
  "emit bytes": fc.record({ act: fc.constant("emitBytes"), audience: anyAudience, bytes }),
  look: fc.constant({ act: "look" }),
  write: fc.record({
    act: fc.constant("write"),
    key: fc.constantFrom("count", "name", "ü.#"),
    value,
  }),
  hang: fc.record({ act: fc.constant("hang"), name: fc.constantFrom("tag", "user"), value }),
  ask: fc.record({ act: fc.constant("ask"), how: fc.constantFrom("promise", "callback") }),
  "ask room": fc.record({ act: fc.constant("askRoom"), audience: anyAudience }),
  fetch: fc.record({ act: fc.constant("fetch"), audience: anyAudience }),
  ids: fc.record({ act: fc.constant("ids"), audience: anyAudience }),
  "join all": settling({ act: fc.constantFrom("joinAll", "leaveAll"), rooms: distinct }),
  "join all twice": settling({ act: fc.constantFrom("joinAll", "leaveAll"), rooms }),
  "join all at once": settling(
    { act: fc.constantFrom("joinAll", "leaveAll"), rooms: distinct },
    false,
  ),
  remote: settling({
    act: fc.constant("remote"),
    how: fc.constantFrom("emit", "join", "leave", "ask"),
  }),
  "remote at once": settling(
    { act: fc.constant("remote"), how: fc.constantFrom("join", "leave") },
    false,
  ),
  "act after kicking": kick,
  disconnect: fc.record({ act: fc.constant("disconnect"), close: fc.boolean() }),
  off: fc.constant({ act: "off", event: "removable" }),
  turn: fc.constant({ act: "turn" }),
};

const endWith = ([before, last]: [Act[], Act]): Act[] => [...before, last];

const event: fc.Arbitrary<readonly [PlainEvent, ...unknown[]]> = fc
  .tuple(fc.constantFrom("number", "caught", "single", "removable", "changed", "forbidden"), values)
  .map(([name, args]) => [name as PlainEvent, ...args]);

const token = fc.constantFrom("secret", "wrong");
const leave = fc.constantFrom("namespace" as const, "connection" as const);
const auth: fc.Arbitrary<Auth> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Auth>({ token: "secret" }) },
  { weight: 2, arbitrary: fc.record({ token, room }, { requiredKeys: [] }) },
  { weight: 2, arbitrary: fc.record({ leave, token, room }, { requiredKeys: ["leave"] }) },
);

const common = ["join", "leave", "emit", "look", "write", "fetch", "emit self"];

/** Steps by name, with how often each is taken. Acts are named too. */
function stepsWithout(excluded: ReadonlySet<string>): fc.Arbitrary<Step> {
  const kept = Object.entries(acts).filter(([name]) => !excluded.has(name));
  const act = fc.oneof(
    ...kept.map(([name, arbitrary]) => ({ arbitrary, weight: common.includes(name) ? 3 : 1 })),
  );
  const on = { client, namespace };
  const steps: Record<string, [weight: number, arbitrary: fc.Arbitrary<Step>]> = {
    do: [
      12,
      fc.record({
        step: fc.constant("do"),
        ...on,
        acts: fc.oneof(
          { weight: 5, arbitrary: fc.array(act, { minLength: 1, maxLength: 4 }) },
          { weight: 1, arbitrary: fc.tuple(fc.array(act, { maxLength: 3 }), kick).map(endWith) },
        ),
      }),
    ],
    "events to the server": [
      3,
      fc.record({ step: fc.constant("emit"), ...on, events: fc.array(event, { maxLength: 4 }) }),
    ],
    "bytes to the server": [1, fc.record({ step: fc.constant("echo"), ...on, bytes })],
    connect: [
      3,
      fc.record({
        step: fc.constant("connect"),
        client,
        namespace: fc.constantFrom(...namespaces, "/team-2", "/refusing", "/unknown"),
        auth: auth,
      }),
    ],
    "leave a namespace": [1, fc.record({ step: fc.constant("leave"), ...on })],
    "ask patiently": [1, fc.record({ step: fc.constant("ask"), ...on })],
    close: [1, fc.record({ step: fc.constant("close"), client })],
    silence: [1, fc.record({ step: fc.constant("silence"), client, silent: fc.boolean() })],
  };
  const list = Object.entries(steps).filter(([name]) => !excluded.has(name));
  return fc.oneof(...list.map(([, [weight, arbitrary]]) => ({ weight, arbitrary })));
}

/** Programs without the kinds of step and act that are named. */
export function programsWithout(excluded: ReadonlySet<string>): fc.Arbitrary<Program> {
  return fc.record({
    clients: fc.array(fc.uniqueArray(namespace, { minLength: 1, maxLength: 3 }), {
      minLength: 2,
      maxLength: 6,
    }),
    recovers: fc.boolean(),
    steps: fc.array(stepsWithout(excluded), { minLength: 1, maxLength: 12 }),
  });
}
