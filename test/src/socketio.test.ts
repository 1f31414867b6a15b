import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { Namespace, Server, Socket } from "socket.io";
import ts from "typescript";
import { dependencies, devDependencies } from "../../package.json";
import { AckIds } from "../../src/socketio/ack-ids";
import { attachServer } from "../../src/socketio/attach";
import { createClient } from "../../src/socketio/client";
import { OF_CLASSES, OF_OBJECTS, type Override, VERSIONS } from "../../src/socketio/override-list";
import { VirtualConnection } from "../../src/socketio/virtual-connection";

const root = path.join(__dirname, "..", "..");
const read = (file: string) => readFileSync(path.join(root, file), "utf8");
const load = (file: string) => require(path.join(root, "node_modules/socket.io/dist", file));
const nameOf = ({ of, name }: Override) => `${of}.${name}`;

type Target = Record<string, unknown>;
const { Client } = load("client.js");
const classes: Record<Override["of"], object> = {
  Emitter: Object.getPrototypeOf(Namespace.prototype),
  Namespace: Namespace.prototype,
  Socket: Socket.prototype,
  BroadcastOperator: load("broadcast-operator.js").BroadcastOperator.prototype,
  Server: Server.prototype,
  ParentNamespace: load("parent-namespace.js").ParentNamespace.prototype,
  Client: Client.prototype,
};

/** The own properties of objects, by the names of these. */
function snapshot(objects: Readonly<Record<string, object>>): Map<string, unknown> {
  const entries = Object.entries(objects).flatMap(([of, object]) =>
    Object.entries(Object.getOwnPropertyDescriptors(object)).map(
      ([name, { value, get }]) => [`${of}.${name}`, get ?? value] as const,
    ),
  );
  return new Map(entries);
}

function changes(before: Map<string, unknown>, after: Map<string, unknown>): string[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].filter((name) => before.get(name) !== after.get(name)).sort();
}

const digest = (method: unknown) =>
  createHash("sha256").update(String(method)).digest("hex").slice(0, 8);

// Before anything is hosted, so that these are Socket.IO's own.
const original = snapshot(classes);
const digests = new Map([...original].map(([name, method]) => [name, digest(method)]));

const record = {
  id: "c",
  protocol: "socket.io",
  handshake: { headers: {}, query: {}, address: "", url: "/" },
  connectedAt: 0,
  sockets: new Map(),
} as const;
const LIMITS = { namespaces: 1, namespaceBytes: 100, authBytes: 100 };

/** What hosting makes of a server with a parent of dynamic namespaces. */
function hostServer() {
  const io = new Server({ connectionStateRecovery: {} });
  const parent = io.of(/^\/dynamic-/) as unknown as { readonly adapter: object };
  const nsp = io.of("/");
  const untouched = snapshot({ Server: io, ParentNamespace: parent, Namespace: nsp });
  const namespaces = { list: async function* () {} } as never;
  const adapterPorts = { effects: { isMuted: () => false } } as never;
  const server = attachServer(io, {
    ...{ adapterPorts, ackIds: new AckIds(""), namespaces, newNamespaces: 1 },
  });
  const connection = new VirtualConnection(record, {} as never);
  const client = createClient({ ...server, namespaces, limits: LIMITS }, connection);
  return { io, parent, nsp, untouched, client, connection };
}

test("the versions that were read are pinned and installed", () => {
  // The package has them in its prebuilt functions.
  const pinned: Record<string, string> = { ...dependencies, ...devDependencies };
  for (const [name, version] of Object.entries(VERSIONS)) {
    expect([name, pinned[name]]).toEqual([name, version]);
    expect(JSON.parse(read(`node_modules/${name}/package.json`)).version).toBe(version);
  }
});

test("no replaced method has another source than the one that was read", () => {
  const changed = [...OF_CLASSES, ...OF_OBJECTS]
    .filter((override) => override.read !== undefined)
    .map((override) => [nameOf(override), override.read, digests.get(nameOf(override))])
    .filter(([, known, now]) => known !== now);
  expect(changed).toEqual([]);
  const missing = OF_CLASSES.filter((override) => override.read === undefined);
  expect(missing).toEqual([]);
});

test("hosting replaces the listed methods of classes, each once, and no others", () => {
  hostServer();
  const once = snapshot(classes);
  hostServer();
  expect(changes(once, snapshot(classes))).toEqual([]);
  expect(changes(original, once)).toEqual(OF_CLASSES.map(nameOf).sort());
});

test("hosting replaces the listed properties of a server, its namespaces and clients, and no others", () => {
  const { io, parent, nsp, untouched, client } = hostServer();
  const plain = new Client(new Server(), new VirtualConnection(record, {} as never));
  clearTimeout(plain.connectTimeout);
  const functions = (object: object) =>
    Object.entries(object).flatMap(([name, value]) => (typeof value === "function" ? [name] : []));
  const own = functions(client).filter((name) => !functions(plain).includes(name));
  const found = changes(
    untouched,
    snapshot({ Server: io, ParentNamespace: parent, Namespace: nsp }),
  ).filter((name) => !SET_BY_SOCKET_IO.has(name));
  const listed = OF_OBJECTS.map(nameOf).filter((name) => !LATER.has(name));
  expect([...found, ...own.map((name) => `Client.${name}`)].sort()).toEqual(listed.sort());
  expect(Object.hasOwn(parent.adapter, "broadcast")).toBe(true);
});

/** What `io.adapter()` and `io.bind()`, both public, change. */
const SET_BY_SOCKET_IO = new Set([
  ...["Server._adapter", "Server.engine", "Namespace.adapter", "ParentNamespace.adapter"],
]);
/** What is replaced for the time of a frame or a probe, in a restored socket, or after a batch. */
const LATER = new Set([
  // Looked at by itself.
  "ParentNamespace.adapter.broadcast",
  ...["Client._packet", "Client.encoder", "Server.of", "Socket.recovered"],
  ...["Socket.join", "Socket.leave", "Socket.leaveAll", "Socket.disconnect"],
]);

test("no override is listed twice, and each names a test that exists", () => {
  for (const list of [OF_CLASSES, OF_OBJECTS]) {
    expect(new Set(list.map(nameOf)).size).toBe(list.length);
  }
  const all = [...OF_CLASSES, ...OF_OBJECTS];
  const absent = all.filter(
    ({ test: [file, name] }) =>
      !existsSync(path.join(root, "test", file)) || !read(`test/${file}`).includes(`"${name}"`),
  );
  expect(absent.map(nameOf)).toEqual([]);
});

test("each private part that internals.ts names exists", () => {
  const { io, parent, nsp, client } = hostServer();
  const socket = new Socket(nsp, client as never, {}, {
    ...{ sid: "s", pid: "p", rooms: [], data: {}, missedPackets: [] },
  } as never);
  const holders: Record<string, object> = {
    ServerInternals: io,
    ParentInternals: parent,
    NamespaceInternals: nsp,
    EmitterInternals: nsp,
    SocketInternals: socket,
    ClientInternals: client,
    DecoderInternals: client.decoder,
  };
  const file = "src/socketio/internals.ts";
  const source = ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest);
  const interfaces = source.statements.filter(ts.isInterfaceDeclaration);
  expect(interfaces.map(({ name }) => name.text).sort()).toEqual(Object.keys(holders).sort());
  const absent = interfaces.flatMap(({ name, members }) =>
    members
      .filter((member) => !member.questionToken)
      .map((member) => (member.name as ts.Identifier).text)
      .filter((member) => !(member in (holders[name.text] as Target)))
      .map((member) => `${name.text}.${member}`),
  );
  expect(absent).toEqual([]);
});

/** A member by its underscore, a change of a class or of a property, and the private types. */
const PRIVATE =
  /\._[a-z]\w*|[{,]\s*_[a-z]\w*\s*[,:}=]|(?<!Object)\.prototype\b|[sg]etPrototypeOf|Reflect\.\w+|definePropert\w+|\/socketio\/internals"/g;

/** Private parts outside the folder, each with its reason. */
const EXCEPTIONS: Readonly<Record<string, readonly string[]>> = {
  // Notes each server that the application makes; its construction stays Socket.IO's.
  "lambdas/hosted.ts": ["Reflect.construct"],
  // Node's own `http.Server`.
  "lambdas/listening.ts": [
    ".prototype",
    ".prototype",
    "Reflect.apply",
    ".prototype",
    "{ _listen2:",
    "{ _handle:",
  ],
  // Node's own `http.Server`, too.
  "lambdas/request-server.ts": [".prototype", ".prototype"],
  // Parameters that are not used.
  "lambdas/stubs/cors.ts": [", _response:"],
  "src/functions/http/in-memory-connection.ts": [", _encoding:"],
  // What Engine.IO adds to Node's request, for middlewares.
  "src/upgrade/request.ts": ["{\n  _query:", "defineProperty", ", _query:"],
  // A name of CloudWatch's format.
  "src/metrics.ts": ["{\n    _aws:"],
  // Asks what an application's parser derives from.
  "src/locks.ts": ["getPrototypeOf", ".prototype"],
  // Ours, as our adapter's own property.
  "src/adapter/rooms-adapter.ts": ["defineProperty"],
  // The two edges give packets to the client, and take its encoder's place.
  // They hand the client on, or read its public sockets.
  "src/host/hosted-connection.ts": ['/socketio/internals"'],
  "src/host/socket-states.ts": ['/socketio/internals"'],
};

function privateParts(text: string): string[] {
  const comments = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm;
  return [...text.replace(comments, "").matchAll(PRIVATE)].map(([part]) => part);
}

test("no file outside src/socketio touches a private part of Socket.IO", () => {
  const files = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "*.ts"], {
    cwd: root,
  })
    .toString()
    .split("\n")
    .filter((file) => /^(src|lambdas|managed|emitter|parser)\//.test(file))
    // What `src/durable` looks into are objects of the application; it may not import socket.io.
    .filter(
      (file) => !/^src\/(socketio|durable)\//.test(file) && existsSync(path.join(root, file)),
    );
  const found = files
    .map((file) => [file, privateParts(read(file))] as const)
    .filter(([, parts]) => parts.length > 0);
  expect(Object.fromEntries(found)).toEqual(EXCEPTIONS);
});

test.each([
  "const child = io._nsps.get(name);",
  "const { _nsps, parentNsps } = io as never;",
  "Socket.prototype.join = join;",
  'Reflect.set(socket, "id", id);',
  'Object.defineProperty(socket, "recovered", { value: true });',
  'import { socketInternals } from "../socketio/internals";',
])("the test sees %s", (line) => {
  expect(privateParts(line)).toHaveLength(1);
});
