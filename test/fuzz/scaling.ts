import { Logs } from "./logs";
import { memoryStores } from "./memory";
import { FuzzWorld } from "./world";

/** Frames that grow: what they cost may grow as they do, and not faster. */

type Grow = (bytes: number) => string;

const repeat = (text: string, bytes: number) => text.repeat(Math.ceil(bytes / text.length));
const nest = (open: string, close: string, bytes: number) => {
  const depth = Math.floor(bytes / (open.length + close.length));
  return `${open.repeat(depth)}0${close.repeat(depth)}`;
};

const GROWING: Readonly<Record<string, Grow>> = {
  "ack id of digits": (n) => `42/raw,${repeat("9", n)}["echo"]`,
  "ack id without event": (n) => `42${repeat("1", n)}`,
  "count of attachments": (n) => `45${repeat("1", n)}-["echo"]`,
  "attachments without end": (n) => `45${repeat("1", n)}`,
  "namespace without end": (n) => `42/${repeat("x", n)}`,
  "namespace that is unknown": (n) => `40/${repeat("x", n)},{}`,
  "deep arrays": (n) => `42/raw,1["echo",${nest("[", "]", n)}]`,
  "deep objects": (n) => `42/raw,1["echo",${nest('{"a":', "}", n)}]`,
  "wide array": (n) => `42/raw,1["echo",[${repeat("1,", n)}1]]`,
  "wide object": (n) => {
    const entries = Array.from({ length: n / 10 }, (_, k) => `"k${k}":1`);
    return `42/raw,1["echo",{${entries.join()}}]`;
  },
  "kept data": (n) => `42/raw,1["set","k","${repeat("x", n)}"]`,
  "kept array": (n) => `42/raw,1["set","k",[${repeat("1,", n)}1]]`,
  "many rooms": (n) =>
    `42/raw,1["join",${Array.from({ length: n / 7 }, (_, k) => `"${k}"`).join()}]`,
  "many placeholders": (n) => `451-/raw,1["echo",${repeat('{"_placeholder":true,"num":0},', n)}0]`,
  backslashes: (n) => `42/raw,1["echo","${repeat("\\\\", n)}"]`,
  "broadcast of text": (n) => `42/raw,["all","x","${repeat("é", n / 2)}"]`,
  "single: deep bytes": (n) => `42~/raw,1["echo",${nest('{"$bytes":', "}", n)}]`,
  "single: digits": (n) => `42~${repeat("9", n)}["echo"]`,
  "single: namespace": (n) => `42~/${repeat("x", n)}`,
  "json: deep args": (n) =>
    `{"action":"emit","namespace":"/raw","event":"echo","id":1,"args":${nest("[", "]", n)}}`,
  "json: long event": (n) => `{"action":"emit","event":"${repeat("e", n)}"}`,
  "json: long namespace": (n) => `{"action":"connect","namespace":"/${repeat("n", n)}"}`,
  "json: many fields": (n) => `{"action":"ping",${repeat('"id":1,', n)}"id":2}`,
  "managed: long room": (n) => `420["rooms:join",{"room":"pub.${repeat("r", n)}"}]`,
  "managed: args": (n) =>
    `420["rooms:send",{"room":"pub.a","event":"e","args":[${repeat("[],", n)}0]}]`,
};

/** API Gateway's limits: 128 KB for a message. Four times as much may take twice that longer. */
const SIZES = [8000, 32_000, 128_000] as const;
const MAX_RATIO = 8;
/** Below, it is noise. */
const MIN_MS = 30;

async function measure(text: string): Promise<number> {
  const { stores, memory } = memoryStores();
  const backing = { stores, keys: async () => memory.keys(), drop: async () => {} };
  const world = new FuzzWorld(backing, "plain");
  const protocol = text.startsWith("{") ? "json" : "socket.io";
  const joins = {
    json: ['{"action":"connect"}', '{"action":"connect","namespace":"/raw"}'],
    single: ["40~", "40~/raw"],
    default: ["40", "40/raw"],
  };
  const times: number[] = [];
  for (let turn = 0; turn < 5; turn++) {
    const id = `a${turn}`;
    const dialect = text[2] === "~" ? "single" : "default";
    await world.open(id, { protocol, query: { namespace: "" } });
    const connect = protocol === "json" ? joins.json : joins[dialect];
    await world.frames(connect.map((frame) => [id, frame] as const));
    const started = performance.now();
    await world.frames([[id, text]]);
    times.push(performance.now() - started);
    await world.end(id);
  }
  return Math.min(...times);
}

/** One line for each kind of frame; those that cost too much are marked. */
export async function measureScaling(show: (line: string) => void): Promise<number> {
  let outliers = 0;
  const logs = new Logs();
  logs.capture();
  for (const [name, grow] of Object.entries(GROWING)) {
    const times: number[] = [];
    for (const size of SIZES) times.push(await measure(grow(size)));
    const [, middle = 0, largest = 0] = times;
    const isOutlier = largest > MIN_MS && largest / middle > MAX_RATIO;
    if (isOutlier) outliers++;
    const shown = times.map((ms) => ms.toFixed(1).padStart(8)).join("");
    show(`${isOutlier ? "!" : " "} ${name.padEnd(28)}${shown} ms`);
  }
  logs.release();
  return outliers;
}
