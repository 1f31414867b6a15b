import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { type BundledFunction, bundle, functionNames } from "../../lib/bundle";
import { optionalFunctions } from "../../src/names";
import { entry } from "./support";

const outputDirectory = mkdtempSync(join(tmpdir(), "bundle-"));
afterAll(() => rmSync(outputDirectory, { recursive: true }));

const bundles = {
  ...bundle({ entry, outputDirectory, optional: ["application"] }),
  ...{ http: bundle({ entry, outputDirectory, optional: ["http"] }).http },
};
/** With one lane, requests take it. */
const routed = bundle({
  ...{ entry, outputDirectory: join(outputDirectory, "routed"), optional: optionalFunctions },
});
const bundled = (name: (typeof functionNames)[number]) => bundles[name] as BundledFunction;

test.each(functionNames)("%s has a file that exports a handler", (name) => {
  const { directory, bytes } = bundled(name);
  expect(directory).toBe(join(outputDirectory, name));
  expect(existsSync(join(directory, "index.js"))).toBe(true);
  expect(existsSync(join(directory, "index.js.map"))).toBe(false);
  expect(bytes).toBeGreaterThan(0);
});

test.each(functionNames)("%s holds none of the transports that API Gateway replaces", (name) => {
  const paths = bundled(name).inputs.map(({ path }) => path);
  expect(paths.filter((path) => /node_modules\/(engine\.io|ws|accepts|cors)\//.test(path))).toEqual(
    [],
  );
});

test.each(functionNames)("%s loads the AWS SDK only for rare calls, from beside itself", (name) => {
  const { directory, inputs } = bundled(name);
  const sdk = inputs.filter(({ path }) => /node_modules\/(@aws-sdk|@smithy)\//.test(path));
  expect(sdk).toEqual([]);
  const hasRareCalls = !["connect", "disconnect"].includes(name);
  expect(existsSync(join(directory, "management.js"))).toBe(hasRareCalls);
});

test("only the functions that run the application contain it", () => {
  const holders = functionNames.filter((name) =>
    bundled(name).inputs.some(({ path }) => path.endsWith("fixtures/application.ts")),
  );
  expect(holders).toEqual(["lane", "application", "publish", "http"]);
});

test("an application that answers no HTTP requests has no bundle for them", () => {
  const without = bundle({ entry, outputDirectory: join(outputDirectory, "without") });
  expect(without.http).toBeUndefined();
  expect(existsSync(join(outputDirectory, "without", "http"))).toBe(false);
  expect(without.lane.bytes).toBe(bundles.lane.bytes);
});

test("only http holds the scripts of Socket.IO's client, without maps", () => {
  const holders = functionNames.filter((name) =>
    existsSync(join(bundled(name).directory, "client-dist")),
  );
  expect(holders).toEqual(["http"]);
  expect(readdirSync(join(bundled("http").directory, "client-dist")).sort()).toEqual([
    "socket.io.esm.min.js",
    "socket.io.js",
    "socket.io.min.js",
    "socket.io.msgpack.min.js",
  ]);
});

test("the client that it serves begins with a WebSocket, as its server does", () => {
  const folder = join(bundled("http").directory, "client-dist");
  for (const name of readdirSync(folder)) {
    const script = readFileSync(join(folder, name), "utf8");
    expect(script).not.toMatch(/"polling",\s*"websocket"|sourceMappingURL/);
    expect(script).toContain('["websocket"]');
  }
});

test("only http holds what answers HTTP requests", () => {
  const holders = functionNames.filter((name) =>
    bundled(name).inputs.some(({ path }) => /src\/functions\/http\/|request-server/.test(path)),
  );
  expect(holders).toEqual(["http"]);
});

test("with one lane, http holds neither the application nor Socket.IO, and the lane's function answers", () => {
  const holds = (name: "http" | "application", path: RegExp) =>
    routed[name]?.inputs.some((input) => path.test(input.path));
  for (const path of [/fixtures\/application\.ts$/, /node_modules\/socket\.io/, /^src\/host\//])
    expect([holds("http", path), holds("application", path)]).toEqual([false, true]);
  expect(routed.http?.runsApplication).toBe(false);
  expect(existsSync(join(routed.application?.directory ?? "", "client-dist"))).toBe(true);
  expect(bundles.application?.bytes).toBeLessThan(routed.application?.bytes ?? 0);
});

test.each(["connect", "heartbeat"] as const)("%s knows protocols without their codecs", (name) => {
  const paths = bundles[name].inputs.map(({ path }) => path);
  expect(paths.some((path) => path.endsWith("src/protocols/declarations.ts"))).toBe(true);
  const codecs = /node_modules\/(valibot|socket\.io-parser|engine\.io-parser|debug)\//;
  expect(paths.filter((path) => codecs.test(path))).toEqual([]);
});

test("fanout encodes broadcasts without the validators of what clients send", () => {
  const paths = bundles.fanout.inputs.map(({ path }) => path);
  expect(paths.filter((path) => path.includes("node_modules/valibot/"))).toEqual([]);
});

test("names its inputs largest first", () => {
  const bytes = bundles.lane.inputs.map((input) => input.bytes);
  expect(bytes).toEqual([...bytes].sort((a, b) => b - a));
});

test("writes source maps when asked", () => {
  bundle({ entry, outputDirectory: join(outputDirectory, "mapped"), sourceMap: true });
  expect(existsSync(join(outputDirectory, "mapped", "lane", "index.js.map"))).toBe(true);
});

test.each(["apps/none.ts", "lib"])("refuses %s as an entry", (missing) => {
  expect(() => bundle({ entry: missing, outputDirectory })).toThrow(
    `Cannot bundle: expected \`entry\` to be the file of a Socket.IO server, got ${missing}`,
  );
});

test.each([
  ["a syntax error", "export const io = ;", /Unexpected ";"/],
  [
    "a missing package",
    'import x from "no-such-package"; export const io = x;',
    /Could not resolve "no-such-package": npm install no-such-package\n\n {4}broken\.ts:1:14/,
  ],
])("says where the application has %s", (_, source, message) => {
  const broken = join(outputDirectory, "broken.ts");
  writeFileSync(broken, source);
  expect(() => bundle({ entry: broken, outputDirectory })).toThrow(message);
  const name = relative(process.cwd(), broken);
  expect(() => bundle({ entry: broken, outputDirectory })).toThrow(`Cannot bundle ${name}:\n`);
});

test("without locks in the source, the functions hold nothing of them", () => {
  expect(bundles.connect.runsApplication).toBe(false);
  const sources = [bundles.connect, bundles.lane].flatMap(({ inputs }) => inputs);
  const ofLocks = sources.filter(({ path }) => /upgrade\/|connect-locked|locked\//.test(path));
  expect(ofLocks).toEqual([]);
});
