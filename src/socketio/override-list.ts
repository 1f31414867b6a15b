/**
 * What hosting replaces of Socket.IO, each once, with the reason. `overrides.ts` installs those of classes; the others
 * are properties of single objects. Only `test/src/socketio.test.ts` reads this list: it compares the list with what
 * hosting really changes, and it fails where an upgrade has changed the source of a replaced method.
 */

/** The versions whose sources were read; package.json pins them. */
export const VERSIONS = {
  "socket.io": "4.8.4",
  "socket.io-adapter": "2.5.8",
  "socket.io-parser": "4.2.7",
} as const;

export interface Override {
  /** A class of Socket.IO; `Emitter` is what Server, Namespace and Socket share. */
  readonly of:
    | "BroadcastOperator"
    | "Client"
    | "Emitter"
    | "Namespace"
    | "ParentNamespace"
    | "Server"
    | "Socket";
  readonly name: string;
  readonly why: string;
  /** Begin of the SHA-256 of the replaced method's source. Absent where no method of the class is replaced. */
  readonly read?: string;
  /** The test that fails if the override has no effect: its file in `test/`, and its name. */
  readonly test: readonly [file: string, name: string];
}

/** Methods of classes, for the whole process. */
export const OF_CLASSES: readonly Override[] = [
  {
    ...{ of: "Emitter", name: "emitReserved", read: "48cfad55" },
    why: "A listener for Socket.IO's own events is awaited, and one that throws harms no other.",
    test: ["src/host.test.ts", "waits for listeners that are registered after an await"],
  },
  {
    ...{ of: "Emitter", name: "emitUntyped", read: "d33f4dcc" },
    why: "A listener for a client's event is awaited, and one that throws harms no other.",
    test: ["src/host.test.ts", "logs a throwing listener and lets the others go on"],
  },
  {
    ...{ of: "Namespace", name: "run", read: "390ebf72" },
    why: "The invocation waits for middlewares, and one that throws refuses its client.",
    test: [
      "src/host.test.ts",
      "refuses a client whose middleware throws, and leaves nothing of it",
    ],
  },
  {
    ...{ of: "Namespace", name: "_createSocket", read: "9222df2c" },
    why: "Middlewares judge a returning client; private ids stay hidden; socket ids keep their form.",
    test: [
      "src/private-ids.test.ts",
      "of a stock client shows in no handshake, no fetched socket and no membership",
    ],
  },
  {
    ...{ of: "Namespace", name: "_doConnect", read: "176d2fef" },
    why: "A session is restored first; each socket is announced once, and again in its replays.",
    test: ["src/interrupted-returns.test.ts", "a return that comes again in time goes on"],
  },
  {
    ...{ of: "Socket", name: "run", read: "38e66c1f" },
    why: "The invocation waits for the middlewares of an event.",
    test: ["src/failure.test.ts", "a middleware that goes on and then fails has gone on"],
  },
  {
    ...{ of: "Socket", name: "onevent", read: "90ef496f" },
    why: "A catch-all listener is awaited, and one that throws harms no other.",
    test: [
      "src/failure.test.ts",
      "catch-all listeners are awaited, and one that throws harms no other",
    ],
  },
  {
    ...{ of: "Socket", name: "_onpacket", read: "db3e41da" },
    why: "Callbacks of acks are awaited; an ack that another invocation waits for goes to the table.",
    test: [
      "src/acks.test.ts",
      "an answer that comes on the connection's own lane reaches who waits elsewhere",
    ],
  },
  {
    ...{ of: "Socket", name: "_error", read: "745780ef" },
    why: "A refusal whose data no encoder accepts is sent without the data and ends no process.",
    test: [
      "src/hostile.test.ts",
      "a refusal with data that cannot be encoded is sent without it, and ends no process",
    ],
  },
  {
    ...{ of: "Socket", name: "_cleanup", read: "446a0e28" },
    why: "The adapter sees whether a socket leaves its namespace or only its rooms.",
    test: ["src/failure.test.ts", "leaveAll leaves the rooms and nothing else"],
  },
  {
    ...{ of: "Socket", name: "_onclose", read: "1956717f" },
    why: "The end of a socket is logged; `io.close()` closes its connection.",
    test: [
      "conformance/lifecycle.test.ts",
      "io.close() says nothing to clients, who come back; here it ends the caller's connection only",
    ],
  },
  {
    ...{ of: "Socket", name: "ack", read: "0a9a618d" },
    why: "No ack reports a success whose state cannot be saved.",
    test: [
      "src/state-size.test.ts",
      "%s: a state that cannot be saved ends the connection before the ack",
    ],
  },
  {
    ...{ of: "Socket", name: "disconnect", read: "ca0206ad" },
    why: "A replay disconnects no socket.",
    test: [
      "src/host.test.ts",
      "does not repeat a disconnect, and a question only holds it up for a moment",
    ],
  },
  {
    ...{ of: "Socket", name: "emit", read: "2ce4b0af" },
    why: "An ack comes to another invocation and is fetched from the table; a replay asks no client.",
    test: ["src/acks.test.ts", "a handler awaits the answer of its own client"],
  },
  {
    ...{ of: "Socket", name: "emitWithAck", read: "e2fbe47d" },
    why: "In a replay the promise resolves with the kept answer, or the handler is abandoned.",
    test: [
      "src/host.test.ts",
      "does not repeat a disconnect, and a question only holds it up for a moment",
    ],
  },
  {
    ...{ of: "BroadcastOperator", name: "emit", read: "b56983ba" },
    why: "A broadcast with an ack waits until the table has shown how many clients it asks.",
    test: ["src/acks.test.ts", "a broadcast to an empty room is answered at once"],
  },
];

/** Properties of single objects, as each of them is made. */
export const OF_OBJECTS: readonly Override[] = [
  {
    ...{ of: "Server", name: "encoder" },
    why: "Attachments become Buffers where they leave the encoder.",
    test: ["conformance/binary.test.ts", "is copied before the application uses its memory again"],
  },
  {
    ...{ of: "Server", name: "_checkNamespace", read: "163ed1ec" },
    why: "All containers know a dynamic namespace that one has made.",
    test: ["src/dynamic-namespaces.test.ts", "expired names are passed over, and made anew"],
  },
  {
    ...{ of: "ParentNamespace", name: "emit", read: "6f2f936c" },
    why: "An event of a parent reaches the children that only other containers know.",
    test: [
      "conformance/shared-namespaces.test.ts",
      "23. what a parent emits reaches the children of all containers",
    ],
  },
  {
    ...{ of: "ParentNamespace", name: "adapter.broadcast" },
    why: "A broadcast of a parent does so too.",
    test: [
      "conformance/shared-namespaces.test.ts",
      "23. what a parent emits reaches the children of all containers",
    ],
  },
  {
    ...{ of: "Namespace", name: "_ids" },
    why: "An ack id shows by itself that this deployment has given it out.",
    test: [
      "src/unasked-acks.test.ts",
      "a client that makes up ids stores nothing, by whichever lane",
    ],
  },
  {
    ...{ of: "Client", name: "connect", read: "b532c3e8" },
    why: "A connection's namespaces are limited, and their names kept in the table.",
    test: ["src/limits.test.ts", "one namespace too many is refused as by a middleware"],
  },
  {
    ...{ of: "Client", name: "_packet", read: "b61d684e" },
    why: "What a callback sends after its batch is logged and dropped.",
    test: [
      "src/outside-events.test.ts",
      "a callback's %s that comes after its event is dropped and logged",
    ],
  },
  {
    ...{ of: "Client", name: "encoder" },
    why: "A client's protocol makes the frames. The decoder only loses its listener: the protocol decodes as well.",
    test: ["e2e/single-frame.test.ts", "meets clients of the default parser and JSON clients"],
  },
  {
    ...{ of: "Server", name: "of", read: "44ad5313" },
    why: "A probe finds the class Client, which the package does not export (for the time of the probe).",
    test: ["src/host.test.ts", "opens with all five fields of the Engine.IO handshake"],
  },
  {
    ...{ of: "Socket", name: "recovered" },
    why: "A connection handler sees for as long as it runs that it is replayed.",
    test: [
      "src/outside-events.test.ts",
      "a replay that its invocation has stopped waiting for is still known by socket.recovered",
    ],
  },
  ...["join", "leave", "leaveAll", "disconnect"].map(
    (name): Override => ({
      ...{ of: "Socket", name },
      why: "What a callback does after its batch is logged and dropped.",
      test: [
        "src/outside-events.test.ts",
        "a callback's %s that comes after its event is dropped and logged",
      ],
    }),
  ),
];
