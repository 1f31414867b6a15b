import { deployedStack } from "../bin/aws/outputs";
import { listResources } from "../bin/aws/stack";
import { RawSocket } from "./clients";
import { lookAtStack } from "./deployed-stack";
import type { DeployedOptions } from "./options";

/** What a look at a deployment has found. */
export interface Look {
  readonly what: string;
  readonly verdict: "ok" | "differs" | "unknown";
  readonly detail: string;
}

const ANSWER_MS = 30_000;

/** `verify` of a deployment: only looks, and changes nothing. Untried on AWS; the local stack is part of the tests. */
export async function verifyDeployed(options: DeployedOptions): Promise<void> {
  const looks: Look[] = [];
  const print = (look: Look) => {
    looks.push(look);
    if (!options.json) console.log(`${look.verdict.padEnd(8)} ${look.what}: ${look.detail}`);
  };
  const url = options["stack-name"] === undefined ? options.url : undefined;
  if (url !== undefined) await lookAtUrl(url, print);
  else await lookAtAll(options, print);
  const bad = looks.filter(({ verdict }) => verdict !== "ok").length;
  if (options.json) console.log(JSON.stringify({ ok: bad === 0, looks }, undefined, 2));
  else console.log(`\n${looks.length - bad} of ${looks.length} as expected`);
  process.exitCode = bad > 0 ? 1 : 0;
}

async function lookAtAll(options: DeployedOptions, print: (look: Look) => void): Promise<void> {
  const { account, stack } = await deployedStack("verify", options);
  const { Endpoint, Site } = stack.outputs;
  if (Endpoint !== undefined) await lookAtUrl(Endpoint, print);
  if (Site !== undefined) await lookAtUrl(Site, print);
  const resources = await listResources(account.calls, stack.name);
  for (const look of lookAtStack(account.calls, stack, resources)) {
    print(await judged(look.what, look.run));
  }
}

/** A look that fails says why, and is no verdict. */
async function judged(what: string, run: () => Promise<Omit<Look, "what">>): Promise<Look> {
  try {
    return { what, ...(await run()) };
  } catch (error) {
    return {
      what,
      verdict: "unknown",
      detail: error instanceof Error ? error.message : `${error}`,
    };
  }
}

/** A site answers pages too; the WebSocket API alone only WebSockets. */
async function lookAtUrl(url: string, print: (look: Look) => void): Promise<void> {
  const isSite = /^https?:/.test(url);
  const base = url.replace(/\/$/, "");
  const socket = isSite ? `${base.replace(/^http/, "ws")}/socket.io/` : base;
  print(await judged(`a WebSocket to ${socket}`, () => connect(socket)));
  if (!isSite) return;
  print(
    await judged("the client's file", async () => {
      const { status, headers } = await get(`${base}/socket.io/socket.io.js`);
      const type = headers.get("content-type") ?? "";
      return verdict(status === 200 && type.includes("javascript"), `${status} ${type}`);
    }),
  );
  print(
    await judged("long-polling is refused", async () => {
      const { status } = await get(`${base}/socket.io/?EIO=4&transport=polling`);
      return verdict(status === 400, `${status}`);
    }),
  );
}

function get(url: string): Promise<Response> {
  return fetch(url, { signal: AbortSignal.timeout(ANSWER_MS) });
}

export function verdict(isOk: boolean, detail: string): Omit<Look, "what"> {
  return { verdict: isOk ? "ok" : "differs", detail };
}

/** As a stock client of Socket.IO does. A middleware may refuse it, which is an answer of the application. */
async function connect(url: string): Promise<Omit<Look, "what">> {
  const began = performance.now();
  const socket = new RawSocket(`${url}?EIO=4&transport=websocket`, {});
  try {
    await socket.until("an answer", () => {
      return socket.refusedWith !== undefined || socket.frames.some((one) => one.startsWith("0{"));
    });
    if (socket.refusedWith !== undefined) {
      return verdict(false, `refused with ${socket.refusedWith}`);
    }
    socket.send("40");
    const answer = await socket.frame((text) => /^4[04]/.test(text));
    const ms = Math.round(performance.now() - began);
    const how = answer.startsWith("40") ? "connected" : "the application refuses this client";
    return verdict(true, `${how} after ${ms} ms`);
  } finally {
    socket.close();
  }
}
