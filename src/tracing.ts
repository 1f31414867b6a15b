import { AsyncLocalStorage } from "node:async_hooks";
import { randomBytes } from "node:crypto";
import { createSocket } from "node:dgram";
import type { Fields } from "./log";

/**
 * Subsegments of X-Ray, for invocations that it samples: what an event did, down to its last post. They go to the
 * daemon that Lambda runs beside a function, one UDP datagram each; the SDK for this would be larger than all else.
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html
 */

interface Trace {
  readonly root: string;
  readonly parent: string;
}

const HEADER = '{"format":"json","version":1}\n';

let trace: Trace | undefined;
let daemon: { readonly port: number; readonly host: string } | undefined;
let socket: ReturnType<typeof createSocket> | undefined;
/** Datagrams that the system has not taken yet. */
const sending = new Set<Promise<void>>();
/** The subsegment in which something happens, and of which invocation. */
const enclosing = new AsyncLocalStorage<{ readonly id: string; readonly trace: Trace }>();

/**
 * Begins an invocation.
 *
 * @param header `Root=…;Parent=…;Sampled=1`, as Lambda says it in `_X_AMZN_TRACE_ID`
 * @param address host and port of the daemon, `AWS_XRAY_DAEMON_ADDRESS`
 */
export function startTrace(header: string | undefined, address: string | undefined): void {
  const { Root: root, Parent: parent, Sampled: sampled } = readHeader(header ?? "");
  trace = root && parent && sampled === "1" ? { root, parent } : undefined;
  const [host, port] = address?.split(":") ?? [];
  daemon = host && port ? { host, port: Number(port) } : undefined;
}

/** Ends an invocation: nothing more may be on its way when it freezes. */
export async function endTrace(): Promise<void> {
  await Promise.all(sending);
  trace = undefined;
}

/** Does something as a subsegment, if the invocation is sampled. @param about annotations, to search by */
export function traced<T>(name: string, work: () => Promise<T>, about?: Fields): Promise<T> {
  const within = enclosing.getStore();
  // What has outlived its invocation belongs to no other's trace.
  const isStale = within !== undefined && within.trace !== trace;
  if (!trace || !daemon || isStale) return work();
  return record(trace, { name, annotations: about, parent_id: within?.id ?? trace.parent }, work);
}

async function record<T>(of: Trace, what: object, work: () => Promise<T>): Promise<T> {
  const id = randomBytes(8).toString("hex");
  const begun = Date.now();
  const document = {
    ...what,
    ...{ id, trace_id: of.root },
    ...{ type: "subsegment", start_time: begun / 1000 },
  };
  try {
    const result = await enclosing.run({ id, trace: of }, work);
    send({ ...document, end_time: Date.now() / 1000 });
    return result;
  } catch (error) {
    send({ ...document, end_time: Date.now() / 1000, fault: true });
    throw error;
  }
}

function send(document: object): void {
  if (!daemon) return;
  const { port, host } = daemon;
  // A lost trace must not fail an invocation.
  socket ??= createSocket("udp4")
    .on("error", () => {})
    .unref();
  const sender = socket;
  const done = new Promise<void>((resolve) => {
    sender.send(HEADER + JSON.stringify(document), port, host, () => resolve());
  });
  sending.add(done);
  void done.then(() => sending.delete(done));
}

function readHeader(header: string): Record<string, string | undefined> {
  return Object.fromEntries(header.split(";").map((part) => part.split("=", 2)));
}
