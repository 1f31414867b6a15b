import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

/**
 * The import table of ARCHITECTURE.md. Left: where a file lives (the longest prefix counts). Right:
 * what it may import, as folders or files of this project and as packages. Its own folder is free.
 */
const table: Record<string, readonly string[]> = {
  "bin/": [
    "lib/",
    "local/",
    "checks/",
    "managed/policy",
    "docs/schemas",
    "docs/picture",
    "src/settings/reserved-names",
    "emitter/",
    "bench/cost-figures",
    "bench/cost-model",
    "bench/cost",
    "verify/run",
    "aws-cdk-lib",
    "cdk-nag",
    "@aws-sdk/client-sqs",
    "console/",
    "bin/",
  ],
  "bin/aws/": ["bin/usage", "bin/command/", "src/aws/signer", "@aws-sdk/client-sqs"],
  "bin/dev/": ["lib/", "local/", "console/watch", "src/names", "bin/"],
  "bin/stored/": [
    "bin/usage",
    "src/aws/",
    "bin/aws/",
    "bin/command/",
    "src/store/dynamo/",
    "src/durable/describe",
    "src/host/application/stored-memory",
    "@aws-sdk/",
  ],
  "bin/package/": [
    "esbuild",
    "typescript",
    "lib/",
    "local/lambda/compile-bootstrap",
    "console/server/build-page",
    "bin/",
  ],
  "console/": ["local/"],
  "console/server/": ["console/source", "esbuild"],
  "console/sources/": [
    "console/source",
    "bin/aws/",
    "bin/stored/sdk-dynamo",
    "emitter/",
    "src/metric-names",
    "local/",
    "src/ports",
    "src/store/dynamo/",
    "src/durable/describe",
    "src/host/application/stored-memory",
    "@aws-sdk/",
  ],
  "console/page/": ["console/source", "preact"],
  "lib/": [
    "src/settings/",
    "src/protocols/frame-starts",
    "src/protocols/declarations",
    "src/protocols/protocol",
    "src/pongs",
    "src/names",
    "src/secrets/references",
    "src/metric-names",
    "src/spending/charges",
    "src/store/dynamo/prefixes",
    "src/store/dynamo/attributes",
    "checks/access",
    "checks/cookies",
    "checks/http",
    "checks/http-memory",
    "checks/locks",
    "checks/site",
    "checks/environment",
    "checks/old-calls",
    "checks/ordering",
    "checks/fast-timers",
    "aws-cdk-lib",
    "constructs",
    "cdk-nag",
  ],
  "lib/bundle": ["esbuild", "lib/application/", "lib/bundle-archive", "lib/bundle-functions"],
  "lib/application/": ["src/names", "esbuild", "typescript", "checks/files", "compiler/"],
  "lib/bundle-library": ["esbuild"],
  "lambdas/": ["src/", "aws-lambda", "@aws-sdk/", "socket.io"],
  "lambdas/stubs/": ["@aws-sdk/credential-provider-env", "src/locks", "src/socketio/locked-engine"],
  "lambdas/locked/": ["lambdas/", "src/", "aws-lambda", "socket.io"],
  "lambdas/kept/": ["lambdas/", "src/"],
  "lambdas/routes/": ["lambdas/", "src/", "aws-lambda", "socket.io"],
  "src/": [],
  "src/ports/": [],
  "src/metrics": ["src/metric-names"],
  "src/tracing": ["src/log"],
  "src/receipt": ["src/ports"],
  "src/spending/": ["src/log", "src/ports"],
  "src/room-tag": ["src/ports"],
  "src/store/room-key": ["src/ports"],
  "src/settings/": ["src/names"],
  "src/wire/": ["src/ports", "socket.io-parser", "valibot"],
  "src/protocols/": [
    "src/ports",
    "src/wire/",
    "parser/",
    "engine.io-parser",
    "socket.io-parser",
    "valibot",
  ],
  "src/durable/": ["src/ports", "src/names"],
  "src/context/": ["src/defined", "src/tracing", "src/metrics", "src/ports", "src/log"],
  "src/socketio/": [
    "src/defined",
    "src/context/",
    "src/protocols/",
    "src/adapter/",
    "src/wire/",
    "src/ports",
    "src/log",
    "src/expiry",
    "src/settings/connection-limits",
    "src/locks",
    "socket.io",
  ],
  "src/secrets/": ["src/aws/signer"],
  "src/upgrade/": ["src/ports", "src/log", "src/socketio/plain"],
  "src/host/": [
    "src/defined",
    "src/backoff",
    "src/context/",
    "src/socketio/",
    "src/spending/",
    "src/protocols/",
    "src/tracing",
    "src/metrics",
    "src/ports",
    "src/log",
    "src/expiry",
    "src/wire/",
    "src/adapter/",
    "src/lanes/events",
    "src/settings/connection-limits",
    "socket.io",
  ],
  "src/adapter/": [
    "src/defined",
    "src/backoff",
    "src/room-tag",
    "src/session-id",
    "src/metrics",
    "src/receipt",
    "src/ports",
    "src/log",
    "src/expiry",
    "src/protocols/lookup",
    "src/protocols/protocol",
    "src/wire/",
    "src/delivery/fan-out",
    "socket.io-adapter",
  ],
  "src/store/dynamo/": [
    "src/defined",
    "src/backoff",
    "src/platform-limits",
    "src/room-tag",
    "src/store/room-key",
    "src/session-id",
    "src/expiry",
    "src/ports",
    "src/aws/",
  ],
  "src/store/memory/": [
    "src/defined",
    "src/platform-limits",
    "src/room-tag",
    "src/store/room-key",
    "src/session-id",
    "src/expiry",
    "src/ports",
  ],
  "src/aws/": ["src/defined", "src/backoff"],
  "src/delivery/": [
    "src/aws/",
    "src/defined",
    "src/backoff",
    "src/metrics",
    "src/ports",
    "src/receipt",
    "@aws-sdk/client-apigatewaymanagementapi",
  ],
  "src/lanes/": [
    "src/backoff",
    "src/protocols/frame-starts",
    "src/protocols/declarations",
    "src/protocols/protocol",
    "src/pongs",
    "src/names",
    "src/metrics",
    "src/ports",
    "src/log",
    "src/receipt",
    "src/aws/json-client",
  ],
  "src/functions/publish/": [
    "src/ports",
    "src/log",
    "src/host/host",
    "src/adapter/rooms-adapter",
    "src/wire/",
    "parser/json",
    "socket.io",
    "valibot",
  ],
  "src/functions/http/": [
    "src/log",
    "src/names",
    "src/secrets/same",
    "src/ports",
    "src/backoff",
    "src/context/",
    "src/lanes/events",
    "src/host/run-request",
    "src/host/application/routes",
    "socket.io",
  ],
  "src/gateway/": [
    "src/defined",
    "src/names",
    "src/secrets/same",
    "src/ports",
    "src/protocols/declarations",
    "src/protocols/protocol",
    "src/protocols/shorten",
    "src/settings/subprotocols",
  ],
  "src/functions/": [
    "src/gateway/",
    "src/lanes/events",
    "src/lanes/slices",
    "src/lanes/retries",
    "src/spending/",
    "src/adapter/recovery-filter",
    "src/adapter/deliver",
    "src/delivery/fan-out",
    "src/platform-limits",
    "src/protocols/broadcasts",
    "src/protocols/declarations",
    "src/protocols/lookup",
    "src/protocols/protocol",
    "src/wire/frame",
    "src/receipt",
    "src/metrics",
    "src/ports",
    "src/expiry",
    "src/log",
  ],
  "emitter/": ["src/defined", "src/aws/signer", "parser/json"],
  "docs/": [
    "src/protocols/json/",
    "src/wire/",
    "src/functions/publish/requests",
    "valibot",
    "@valibot/to-json-schema",
    "@hpcc-js/wasm-graphviz",
  ],
  "parser/": ["@socket.io/component-emitter"],
  "site/": ["vitepress"],
  "packages/client/": ["react"],
  "packages/create/": [],
  // Projects of strangers.
  "packages/create/templates/": [
    ...["lambda-rooms", "aws-cdk-lib", "constructs", "express", "socket.io"],
  ],
  "managed/": [
    "socket.io",
    "aws-jwt-verify",
    "src/settings/",
    "src/expiry",
    "src/wire/managed",
    "src/wire/requests",
  ],
  "apps/": ["socket.io", "managed/"],
  "examples/": [
    ...["lambda-rooms", "@lambda-rooms/client", "@lambda-rooms/emitter"],
    ...["aws-cdk-lib", "constructs", "express", "socket.io"],
    ...["react", "react-dom", "vite", "@vitejs/"],
  ],
  "checks/": ["typescript", "src/locks"],
  "checks/ordering": ["checks/closures/", "compiler/certain/"],
  "compiler/": ["typescript", "checks/closures/", "src/names"],
  "local/": ["ws", "dynalite", "velocityjs", "esbuild"],
  "verify/": [
    "lib/rooms-stack",
    "local/",
    "emitter/",
    "bin/aws/",
    "bin/command/",
    "bin/deploy/cdk",
    "bin/usage",
    "src/metric-names",
    "aws-cdk-lib",
    "@aws-sdk/client-sqs",
    "socket.io",
    "socket.io-client",
    "ws",
  ],
};

interface Import {
  readonly file: string;
  readonly target: string;
}

const root = path.join(__dirname, "..");
const files = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "*.ts", "*.tsx"], {
  cwd: root,
})
  .toString()
  .split("\n")
  .filter(
    (file) => file && existsSync(path.join(root, file)) && !/^(test|bench)\/|\.d\.ts$/.test(file),
  );

function importsOf(file: string): Import[] {
  const comments = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm;
  const text = readFileSync(path.join(root, file), "utf8").replace(comments, "");
  const pattern = /(?:\bfrom|\bimport|\brequire\(|\bimport\()\s*"([^"]+)"/g;
  return [...text.matchAll(pattern)]
    .map(([, target]) => target as string)
    .filter((target) => !target.startsWith("node:"))
    .map((target) => ({ file, target: resolve(file, target) }));
}

function resolve(file: string, target: string): string {
  return target.startsWith(".") ? path.posix.join(path.posix.dirname(file), target) : target;
}

function isAllowed({ file, target }: Import): boolean {
  const places = Object.keys(table).filter((prefix) => file.startsWith(prefix));
  const home = places.reduce((a, b) => (b.length > a.length ? b : a), "");
  if (home.endsWith("/") && target.startsWith(home) && home !== "src/") return true;
  return places
    .filter((place) => place === home || !home.endsWith("/"))
    .flatMap((place) => table[place] as string[])
    .some((allowed) => matches(target, allowed));
}

function matches(target: string, allowed: string): boolean {
  if (allowed.endsWith("/")) return `${target}/`.startsWith(allowed);
  return target === allowed || target.startsWith(`${allowed}/`);
}

test("every file lives in a folder of the table", () => {
  const homeless = files.filter(
    (file) => !Object.keys(table).some((home) => file.startsWith(home)),
  );
  expect(homeless).toEqual([]);
});

test("every folder of the code map is there", () => {
  const text = readFileSync(path.join(root, "ARCHITECTURE.md"), "utf8");
  const rows = text.split("\n").filter((line) => line.startsWith("| `"));
  const folders = rows.flatMap((row) =>
    [...(row.split("|")[1] ?? "").matchAll(/`([^`]+\/)`/g)].map(([, folder]) => folder as string),
  );
  expect(folders.length).toBeGreaterThan(40);
  expect(folders.filter((folder) => !existsSync(path.join(root, folder)))).toEqual([]);
});

test("every import is one that the table allows", () => {
  const breaches = files
    .flatMap(importsOf)
    .filter((one) => !isAllowed(one))
    .map(({ file, target }) => `${file} imports ${target}`);
  expect(breaches).toEqual([]);
});

test("the test sees a breach", () => {
  expect(isAllowed({ file: "local/index.ts", target: "src/host/host" })).toBe(false);
  expect(isAllowed({ file: "src/wire/packet.ts", target: "src/host/host" })).toBe(false);
  expect(isAllowed({ file: "src/host/host.ts", target: "src/wire/packet" })).toBe(true);
});

test("no file but a protocol's own asks which protocol a client speaks", () => {
  const asks = /\b(?:protocol|protocolId)\s*[!=]==|[!=]==\s*"(?:socket\.io|single|json)"/;
  const asking = files.filter(
    (file) =>
      /^(src|lib|lambdas)\//.test(file) &&
      !/^src\/(protocols|aws|delivery)\//.test(file) &&
      asks.test(readFileSync(path.join(root, file), "utf8")),
  );
  expect(asking).toEqual([]);
  expect(asks.test('if (record.protocol !== "json") return')).toBe(true);
});

test("only tests use the store in memory, so no bundle holds it", () => {
  const users = files
    .filter((file) => !file.startsWith("src/store/memory/"))
    .flatMap(importsOf)
    .filter(({ target }) => target.startsWith("src/store/memory"));
  expect(users).toEqual([]);
});

test("no file holds more than 250 lines", () => {
  const long = files.filter(
    (file) => readFileSync(path.join(root, file), "utf8").split("\n").length > 251,
  );
  expect(long).toEqual([]);
});

/** Files that import each other, directly or by way of others, types included: none can be read alone. */
function findCircles(imports: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, way: readonly string[]) => {
    if (way.includes(file)) {
      circles.push([...way.slice(way.indexOf(file)), file].join(" > "));
      return;
    }
    if (done.has(file)) return;
    for (const next of imports.get(file) ?? []) visit(next, [...way, file]);
    done.add(file);
  };
  for (const file of imports.keys()) visit(file, []);
  return circles;
}

test("no file imports itself by way of others", () => {
  const known = new Set(files);
  const imports = files.map((file): [string, string[]] => [
    file,
    importsOf(file)
      .flatMap(({ target }) => [`${target}.ts`, `${target}.tsx`, `${target}/index.ts`])
      .filter((target) => known.has(target)),
  ]);
  expect(findCircles(new Map(imports))).toEqual([]);
  const circle = new Map([
    ["a", ["b"]],
    ["b", ["c"]],
    ["c", ["b"]],
  ]);
  expect(findCircles(circle)).toEqual(["b > c > b"]);
});
