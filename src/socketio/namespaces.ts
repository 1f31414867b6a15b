import type { Namespace, Server } from "socket.io";
import { currentContext, runQuietly } from "../context/event-context";
import { logWarning } from "../log";
import type { Namespaces } from "../ports";
import { decodePacket } from "../wire/decode";
import { MAX_NAME_LENGTH } from "../wire/limits";
import { adapterOf } from "./address";
import { childOf, noteKept, parentOf, wasKeptLately } from "./child-namespaces";
import { type ParentInternals, serverInternals } from "./internals";

/**
 * Dynamic namespaces that all containers know of. The first connection anywhere makes one, and what
 * the application does on `new_namespace` takes effect once; in other containers its listeners run
 * muted, for what they set up.
 */

/**
 * How long a name stays after the last connect to it: two hours that its socket lives at most, one hour in which
 * containers do not write again, and one to be sure. Sessions that are away longer count besides.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
 */
const KEEP_MS = 4 * 60 * 60 * 1000;

/** How long a matcher may take to call back. */
const MATCHER_MS = 3000;

/** Replaces the server's way to make dynamic namespaces, and what their parents send. */
export function shareNamespaces(io: Server, namespaces: Namespaces, mostNew: number): void {
  const internals = serverInternals(io);
  internals._checkNamespace = (name, auth, done) => {
    if (name.length > MAX_NAME_LENGTH) return done(false);
    const context = currentContext();
    const label = `the matcher of namespace ${name}`;
    const end = context.begin(label);
    const timer = setTimeout(end, MATCHER_MS).unref();
    const decide = (namespace: unknown) => {
      clearTimeout(timer);
      done(namespace);
      end();
    };
    try {
      askMatchers(io, { name, auth }, (parent) => {
        if (parent === undefined) return decide(false);
        create({ io, namespaces, mostNew }, parent, name).then(decide, end);
      });
    } catch (error) {
      context.report(label, error);
      decide(false);
    }
  };
  for (const [place, parent] of [...internals.parentNsps.values()].entries()) {
    reachAllChildren(io, parent, namespaces.list.bind(namespaces, place));
  }
}

/** As in Socket.IO: in the order of registration, and an error is a refusal. */
function askMatchers(
  io: Server,
  { name, auth }: { name: string; auth: unknown },
  answer: (parent: number | undefined) => void,
): void {
  const matchers = [...serverInternals(io).parentNsps.keys()];
  const ask = (place: number): void => {
    const matcher = matchers[place];
    if (!matcher) return answer(undefined);
    matcher(name, auth, (error, allow) => (error || !allow ? ask(place + 1) : answer(place)));
  };
  ask(0);
}

interface Sharing {
  readonly io: Server;
  readonly namespaces: Namespaces;
  /** How many names one connection may add. */
  readonly mostNew: number;
}

async function create(sharing: Sharing, place: number, name: string): Promise<unknown> {
  const { io, namespaces } = sharing;
  const { _nsps, parentNsps } = serverInternals(io);
  const context = currentContext();
  const known = _nsps.get(name);
  if (known) return known;
  const keepMs = keepTime(io);
  const isKnown = await context.effect("keep a namespace", () =>
    namespaces.keep(place, name, keepMs),
  );
  if (!isKnown && !(await mayAdd(sharing))) return false;
  const isNew =
    !isKnown &&
    (await context.effect("add a namespace", () => namespaces.add(place, name, keepMs)));
  const parent = [...parentNsps.values()][place] as ParentInternals;
  const make = () => childOf(io, parent, name);
  const namespace = isNew || context.repeated ? make() : runQuietly(make);
  noteKept(namespace);
  return namespace;
}

/** Charges the connection that asks with a new name. */
async function mayAdd({ io, namespaces, mostNew }: Sharing): Promise<boolean> {
  const { connectionId } = currentContext();
  if (connectionId === undefined) return true;
  const charge = () => namespaces.charge(connectionId, mostNew, keepTime(io));
  if (await currentContext().effect("count a new namespace", charge)) return true;
  const message = `A client was refused a namespace: expected at most ${mostNew} new ones from a connection, got one more`;
  logWarning(message, { connectionId });
  return false;
}

function keepTime(io: Server): number {
  return (
    KEEP_MS + (serverInternals(io).opts.connectionStateRecovery?.maxDisconnectionDuration ?? 0)
  );
}

/** Keeps the name of a dynamic namespace to which a client connects and that this container knows already. */
export function keepNamespace(io: Server, namespaces: Namespaces, name: string): void {
  const namespace = serverInternals(io)._nsps.get(name);
  if (!namespace) return;
  const place = parentOf(io, namespace);
  if (place === undefined || wasKeptLately(namespace)) return;
  noteKept(namespace);
  void currentContext().effect("keep a namespace", () => namespaces.add(place, name, keepTime(io)));
}

/** A namespace by its name, also one that only another container has made so far. */
export async function openNamespace(
  io: Server,
  namespaces: Namespaces,
  name: string,
): Promise<Namespace | undefined> {
  const { _nsps, parentNsps } = serverInternals(io);
  for (const [place, parent] of [...parentNsps.values()].entries()) {
    if (_nsps.has(name) || name.length > MAX_NAME_LENGTH) break;
    if (await namespaces.has(place, name)) return runQuietly(() => childOf(io, parent, name));
  }
  return _nsps.get(name);
}

/** What a parent sends reaches also the children that only other containers know. */
function reachAllChildren(
  io: Server,
  parent: ParentInternals,
  list: () => AsyncIterable<readonly string[]>,
): void {
  const { emit, adapter } = parent;
  adapter.broadcast = (packet, options) => {
    const snapshot = decodePacket(io.encoder.encode({ ...packet, nsp: "/" } as never));
    if (!snapshot || currentContext().isMuted) return;
    const copy = () => ({ ...packet, data: [...(snapshot.data as unknown[])] });
    const reached = new Set([...parent.children].map(({ name }) => name));
    for (const child of parent.children) child.adapter.broadcast(copy() as never, options);
    void currentContext().effect("reach other namespaces", async () => {
      for await (const page of list()) {
        for (const name of page.filter((name) => !reached.has(name))) {
          const child = runQuietly(() => childOf(io, parent, name));
          await adapterOf(child).broadcasts.sendNow(copy() as never, options);
        }
      }
    });
  };
  parent.emit = (event, ...args) => {
    // Each child's clients are asked by the child, as in Socket.IO.
    if (typeof args.at(-1) === "function") return emit.call(parent, event, ...args);
    return parent.except([]).emit(event, ...args);
  };
}
