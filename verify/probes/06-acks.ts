import { finding, type Probe } from "../probe";

/** An ack that waited behind its own handler would come when the handler times out. */
const HANDLER_MS = 10_000;

export const acks: Probe = {
  number: 6,
  title: "acks both ways",
  does: "a client waits for an ack; a handler waits for the client's ack, which takes a lane of its own",
  expected: "both well before the handler's timeout",
  minutes: 1,
  usd: 0,
  async run({ clients }) {
    const socket = await clients.stock();
    socket.on("question", (ack: (answer: string) => void) => ack("answer"));
    const start = performance.now();
    const echoed = await socket.timeout(HANDLER_MS).emitWithAck("echo", 1);
    const between = performance.now();
    const asked = await socket.timeout(2 * HANDLER_MS).emitWithAck("ask");
    const askedMs = Math.round(performance.now() - between);
    return finding(
      { echoMs: Math.round(between - start), askedMs },
      {
        "the client's ack": echoed === 1,
        "the server's ack": asked === "answer",
        "before the handler's timeout": askedMs < HANDLER_MS / 2,
      },
    );
  },
};
