import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const folder = mkdtempSync(path.join(tmpdir(), "code-caches-"));
const before = process.env.NODE_COMPILE_CACHE;

beforeEach(() => {
  delete process.env.NODE_COMPILE_CACHE;
});

afterAll(() => {
  if (before === undefined) delete process.env.NODE_COMPILE_CACHE;
  else process.env.NODE_COMPILE_CACHE = before;
});

/** As a process of its own loads the module. */
function newProcess(): typeof import("../../local/lambda/code-caches") {
  let loaded: unknown;
  jest.isolateModules(() => {
    loaded = require("../../local/lambda/code-caches");
  });
  return loaded as typeof import("../../local/lambda/code-caches");
}

function bundle(name: string, text: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
}

const bytes = (...list: number[]) => new Uint8Array(list);

test("the same file shares its cache; another name or another text of the same length does not", () => {
  const { CodeCache } = newProcess();
  new CodeCache(bundle("a.js", "one()")).offer(bytes(1, 2));
  expect(new CodeCache(bundle("a.js", "one()")).read()).toEqual(bytes(1, 2));
  expect(new CodeCache(bundle("b.js", "one()")).read()).toBeUndefined();
  expect(new CodeCache(bundle("a.js", "two()")).read()).toBeUndefined();
});

test("the larger cache stays, since it holds more functions", () => {
  const { CodeCache } = newProcess();
  const cache = new CodeCache(bundle("a.js", "one()"));
  cache.offer(bytes(1, 2));
  cache.offer(bytes(3));
  expect(cache.read()).toEqual(bytes(1, 2));
  cache.offer(bytes(1, 2, 3));
  expect(cache.read()).toEqual(bytes(1, 2, 3));
});

test("a process keeps the caches of the last bundles only", () => {
  const { CodeCache } = newProcess();
  const caches = Array.from(
    { length: 40 },
    (_, n) => new CodeCache(bundle(`${n}.js`, `call(${n})`)),
  );
  for (const cache of caches) cache.offer(bytes(1));
  expect(caches[0]?.read()).toBeUndefined();
  expect(caches.at(-1)?.read()).toEqual(bytes(1));
});

test("processes share a cache where NODE_COMPILE_CACHE names a folder", () => {
  const file = bundle("shared.js", "shared()");
  new (newProcess().CodeCache)(file).offer(bytes(1, 2));
  expect(new (newProcess().CodeCache)(file).read()).toBeUndefined();

  process.env.NODE_COMPILE_CACHE = path.join(folder, "new", "folder");
  new (newProcess().CodeCache)(file).offer(bytes(1, 2));
  expect([...(new (newProcess().CodeCache)(file).read() ?? [])]).toEqual([1, 2]);
});

test("a folder that cannot be written fails no function", () => {
  const file = bundle("unwritable.js", "unwritable()");
  // A file in place of the folder.
  process.env.NODE_COMPILE_CACHE = bundle("not-a-folder", "");
  const { CodeCache } = newProcess();
  new CodeCache(file).offer(bytes(1));
  expect(new CodeCache(file).read()).toEqual(bytes(1));
});
