import { setImmediate as turn } from "node:timers/promises";
import { VirtualTimers } from "../memory/virtual-timers";
import { freshSocketIo } from "../support/fresh-socket-io";
import type { StandingClock } from "./clock";
import { evaluate, forgetApplication } from "./evaluate";
import type { Incoming, Side } from "./language";
import { MemoryEngine } from "./memory-engine";

/** So many turns of the event loop take what listeners begin and no timer ends. */
const TURNS = 5;

const socketIo = freshSocketIo();

/**
 * Socket.IO's own server with the application as it is, in one process.
 *
 * @param moments when timers fire that are due by then; absent: each fires when it is due
 */
export function startReference(
  plain: string,
  clock: StandingClock,
  moments?: readonly number[],
): Side {
  forgetApplication();
  const timers = new VirtualTimers(() => clock.now);
  const { setTimeout, setInterval, clearTimeout, clearInterval } = timers;
  const io = evaluate(plain, socketIo, { setTimeout, setInterval, clearTimeout, clearInterval });
  const engine = new MemoryEngine();
  io.bind(engine);
  const settle = async () => {
    for (let n = 0; n < TURNS; n++) {
      const answer = engine.answers.shift();
      if (answer) {
        engine.receive(...answer);
        n = 0;
      }
      await turn();
    }
  };
  const fireDue = async () => {
    for (
      let due = timers.nextDue();
      due !== undefined && due <= clock.now;
      due = timers.nextDue()
    ) {
      timers.fire(clock.now);
      await settle();
    }
  };
  const side: Side = {
    complaints: [],
    answerTo: () => undefined,
    async receive(incoming) {
      await fireDue();
      for (const one of incoming) {
        await give(engine, one);
        // Each message of a WebSocket is a turn of Node's event loop.
        await turn();
      }
      await settle();
    },
    async pass(ms) {
      const end = clock.now + ms;
      const next = () =>
        moments ? moments.find((one) => one > clock.now) : (timers.nextDue() ?? undefined);
      for (let at = next(); at !== undefined && at <= end; at = next()) {
        clock.now = at;
        await fireDue();
      }
      clock.now = end;
    },
    take() {
      const { sent } = engine;
      engine.sent = new Map();
      return sent;
    },
    async close() {
      engine.close();
      await settle();
    },
  };
  engine.answerTo = (id, frame) => side.answerTo(id, frame);
  return side;
}

async function give(engine: MemoryEngine, one: Incoming): Promise<void> {
  if (one.type === "open") await engine.open(one.id);
  else if (one.type === "frame") engine.receive(one.id, one.text);
  else engine.cut(one.id);
}
