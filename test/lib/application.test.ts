import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { bundleApplication } from "../../lib/application/bundle";
import { isModule, placeIn, withPlace } from "../../lib/application/places";
import { bundle } from "../../lib/bundle";

const root = path.join(__dirname, "../..");
const { version: hosted } = JSON.parse(
  readFileSync(path.join(root, "node_modules/socket.io/package.json"), "utf8"),
);
const folder = mkdtempSync(path.join(tmpdir(), "application-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** An application of these files, bundled; the entry is `server.js`. */
function bundleFiles(name: string, files: Record<string, string>, named: readonly string[] = []) {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name, file)), { recursive: true });
    writeFileSync(path.join(folder, name, file), text);
  }
  const outputDirectory = path.join(folder, name, "out");
  return bundle({ entry: path.join(folder, name, "server.js"), outputDirectory, files: named });
}

const socketIo = (version: string) => ({
  "package.json": "{}",
  "node_modules/socket.io/package.json": JSON.stringify({ name: "socket.io", version }),
  "server.js": 'require("socket.io")(3000);',
});

test("another version of socket.io runs on the hosted one, and is named once", () => {
  const { notes } = bundleFiles("other", {
    ...socketIo("4.7.5"),
    "again.js": 'require("socket.io");',
    "server.js": 'require("socket.io")(3000); require("./again");',
  });
  expect(notes).toEqual([
    expect.stringMatching(
      /^The application brings socket\.io 4\.7\.5 \(.*other\/node_modules\/socket\.io\): it runs on the hosted 4\./,
    ),
  ]);
});

test("the hosted version needs no word, nor does a missing one", () => {
  expect(bundleFiles("same", socketIo(hosted)).notes).toEqual([]);
  const { "package.json": manifest, "server.js": server } = socketIo("");
  expect(bundleFiles("bare", { "package.json": manifest, "server.js": server }).notes).toEqual([]);
});

test.each(["2.5.0", "3.1.2", "5.0.0"])("version %s is refused with the file", (version) => {
  expect(() => bundleFiles(`v${version}`, socketIo(version))).toThrow(
    new RegExp(
      `server\\.js imports socket\\.io ${version.replaceAll(".", "\\.")}.*only versions 4`,
    ),
  );
});

test("a native add-on is named with its package, and one that can be missed is caught", () => {
  const { notes, lane } = bundleFiles("native", {
    "package.json": "{}",
    "node_modules/fast/package.json": '{"name":"fast"}',
    "node_modules/fast/index.js":
      'try { module.exports = require("./build/fast.node") } catch { module.exports = "slow" }',
    "node_modules/fast/build/fast.node": "",
    "server.js": 'exports.kind = require("fast"); require("socket.io")(3000);',
  });
  expect(notes).toEqual([
    expect.stringMatching(/^The package fast loads the native add-on \.\/build\/fast\.node/),
  ]);
  const code = readFileSync(path.join(lane.directory, "application.cjs"), "utf8");
  expect(code).toContain("The package fast loads the native add-on");
});

test.each([
  ["node-gyp-build", 'require("node-gyp-build")(__dirname)'],
  ["bindings", 'require("bindings")("fast.node")'],
  ["@mapbox/node-pre-gyp", 'require(require("@mapbox/node-pre-gyp").find("./package.json"))'],
])(
  "a native add-on that %s looks for is named, and one that can be missed is caught",
  (loader, load) => {
    const { notes, lane } = bundleFiles(`native-${loader.replace(/\W/g, "-")}`, {
      "package.json": "{}",
      [`node_modules/${loader}/package.json`]: "{}",
      [`node_modules/${loader}/index.js`]: "throw new Error('not called')",
      "node_modules/fast/package.json": '{"name":"fast"}',
      "node_modules/fast/index.js": `try { module.exports = ${load} } catch (error) { module.exports = error.message }`,
      "server.js": 'exports.kind = require("fast"); require("socket.io")(3000);',
    });
    const named = `The package fast loads a native add-on by ${loader}, which is not in the bundle`;
    expect(notes).toEqual([expect.stringContaining(named)]);
    const file = path.join(lane.directory, "application.cjs");
    expect(readFileSync(file, "utf8")).toContain(named);
  },
);

test("a file that a package resolves beside itself has its place among the application's files", () => {
  const { lane } = bundleFiles("resolved", {
    "package.json": "{}",
    "node_modules/jobs/package.json": "{}",
    "node_modules/jobs/worker.js": "",
    "node_modules/jobs/index.js":
      'exports.worker = require.resolve("./worker"); exports.none = () => require.resolve("./none");',
    "server.js": 'exports.worker = require("jobs").worker; require("socket.io")(3000);',
  });
  const code = readFileSync(path.join(lane.directory, "application.cjs"), "utf8");
  expect(code).toContain('"/node_modules/jobs/worker.js"');
  expect(code).not.toContain('resolve("./worker")');
  expect(code).toContain('resolve("./none")');
});

test("the functions that run the application have it, its map and its files; the map names no folder of this machine", () => {
  const { lane, connect } = bundleFiles("whole", {
    "package.json": "{}",
    "words.txt": "pear",
    "server.js":
      'require("fs").readFileSync(require("path").join(__dirname, "words.txt")); require("socket.io")(3000);',
  });
  expect(readFileSync(path.join(lane.directory, "app/words.txt"), "utf8")).toBe("pear");
  const map = readFileSync(path.join(lane.directory, "application.cjs.map"), "utf8");
  expect(JSON.parse(map).sources).toContain("app/server.js");
  expect(map).not.toContain(path.basename(folder));
  expect(existsSync(path.join(connect.directory, "application.cjs"))).toBe(false);
});

/** Runs a bundle of `bundleFiles`: what it exports. */
function load(directory: string) {
  const hosted = { "socket.io": () => undefined };
  Object.assign(globalThis, { [Symbol.for("lambda-rooms.hosted")]: hosted });
  return require(path.join(directory, "application.cjs"));
}

test("a package that is missing throws where it is reached, as under node", () => {
  const { lane } = bundleFiles("optional", {
    "package.json": "{}",
    "node_modules/big/package.json": '{"name":"big"}',
    "node_modules/big/index.js": 'exports.extra = () => require("@big/extra/sub");',
    "node_modules/big/part.js": 'require("./not-built");',
    "server.js": `
      const { extra } = require("big");
      const tell = (ask) => { try { ask(); } catch ({ code, message }) { return [code, message]; } };
      let inTry; try { inTry = require("fast"); } catch { inTry = "slow"; }
      exports.all = [tell(extra), tell(() => require("later")), tell(() => require("big/part")), inTry];
      exports.lazy = () => import("never");
      require("socket.io")(3000);`,
  });
  expect(load(lane.directory).all).toEqual([
    ["MODULE_NOT_FOUND", "Cannot find module '@big/extra/sub'"],
    ["MODULE_NOT_FOUND", "Cannot find module 'later'"],
    ["MODULE_NOT_FOUND", "Cannot find module './not-built'"],
    "slow",
  ]);
  return expect(load(lane.directory).lazy()).rejects.toMatchObject({ code: "MODULE_NOT_FOUND" });
});

test("a file that only an import() asks for may lack its packages, and one of the start may not", () => {
  const files = (more: string) => ({
    "package.json": '{"type":"module"}',
    "build-page.mjs":
      'import webpack from "webpack"; import "./parts.mjs"; export default webpack;',
    "parts.mjs": 'import "css-loader";',
    "server.js": `import { Server } from "socket.io"; ${more}
      export const page = () => import("./build-page.mjs");
      export const io = new Server(3000);`,
  });
  const { lane } = bundleFiles("late", files(""));
  expect(existsSync(path.join(lane.directory, "application.cjs"))).toBe(true);
  expect(() => bundleFiles("early", files('import "./parts.mjs";'))).toThrow(
    /npm install css-loader[\s\S]*parts\.mjs:1:\d+/,
  );
});

test("at the top level of the application it ends the build, and the package is named", () => {
  const build = () =>
    bundleFiles("absent", {
      "package.json": "{}",
      "server.js": `
        const later = () => require("later");
        const é = 1; require("@nestjs/absent/part");
        require("socket.io")(3000);`,
    });
  expect(build).toThrow(/npm install @nestjs\/absent(?!\/)[\s\S]*server\.js:3:\d+/);
  expect(build).toThrow(expect.objectContaining({ message: expect.not.stringContaining("later") }));
});

test.each([
  ['require("./page.html?raw")', "only a bundler with loaders, such as webpack or Vite"],
  ['require("./page.html")', "Node cannot load such a file either"],
  ['require("next")({})', "`next` serves pages from a build of its own"],
])("%s ends the build with what to do instead", (call, advice) => {
  const name = call.replace(/\W+/g, "-");
  const build = () =>
    bundleFiles(name, {
      "package.json": "{}",
      "page.html": "<p>",
      "server.js": `const io = require("socket.io")(3000);\n${call};`,
    });
  expect(build).toThrow(expect.objectContaining({ message: expect.stringContaining(advice) }));
  expect(build).toThrow(/server\.js:2:\d+/);
  expect(build).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining("plugin") }),
  );
});

test("an error shows the line as it was written, also where a memory is compiled in", () => {
  const name = path.join(folder, "quoted");
  mkdirSync(name);
  writeFileSync(path.join(name, "package.json"), "{}");
  const server = path.join(name, "server.js");
  writeFileSync(
    server,
    'const io = require("absent")(require("socket.io")(3000));\nlet n = 0;\nio.on("x", () => n++);',
  );
  const build = () => bundleApplication(server, path.join(name, "out"), { keepsMemory: true });
  expect(build).toThrow(/server\.js:1:19[\s\S]*const io = require\("absent"\)/);
});

test("decorators get the types of what they decorate where the tsconfig asks for them", () => {
  const { lane } = bundleFiles("metadata", {
    "package.json": "{}",
    "base.json": '{ "compilerOptions": { "emitDecoratorMetadata": true } }',
    "tsconfig.json":
      '{ "extends": "./base.json", "compilerOptions": { "experimentalDecorators": true } }',
    "server.js": 'exports.types = require("./service").types; require("socket.io")(3000);',
    "service.ts": `
      export const types: string[] = [];
      Object.assign(Reflect, { metadata: (key: string, value: unknown[]) => () => {
        if (key === "design:paramtypes") types.push(...value.map((one) => (one as Function).name));
      } });
      const injectable = (_target: unknown) => undefined as void;
      class Words {}
      @injectable
      export class Service { constructor(readonly words: Words, readonly name: string) {} }`,
  });
  expect(load(lane.directory).types).toEqual(["Words", "String"]);
  const map = readFileSync(path.join(lane.directory, "application.cjs.map"), "utf8");
  expect(JSON.parse(map).sources).toContain("app/service.ts");
});

test("a decorated file may do without a package: its place is of the text that esbuild has read", () => {
  const { lane } = bundleFiles("optional-metadata", {
    "package.json": "{}",
    "tsconfig.json":
      '{ "compilerOptions": { "emitDecoratorMetadata": true, "experimentalDecorators": true } }',
    "server.js": 'exports.speed = require("./service").speed; require("socket.io")(3000);',
    // The compiler drops the types, so that all lines below them move.
    "service.ts": `
      interface Speed {
        readonly words: string;
        readonly name: string;
      }
      const injectable = (_target: unknown) => undefined as void;
      @injectable
      class Service { constructor(readonly place = __filename) {} }
      export let speed = new Service().place;
      const name = "slow";
      const ask = () => {
        return require("fast") as string;
      };
      try {
        speed = ask();
      } catch {
        speed = name satisfies Speed["words"];
      }`,
  });
  expect(load(lane.directory).speed).toBe("slow");
});

test("adapters for several processes are named, dial nothing, and leave rooms to the table", () => {
  const { lane, notes } = bundleFiles("redis", {
    "package.json": "{}",
    "server.js": `
      const { createAdapter } = require("@socket.io/redis-adapter");
      require("socket.io-redis");
      const { setupWorker } = require("@socket.io/sticky");
      const { Emitter } = require("@socket.io/redis-emitter");
      const Adapter = createAdapter({}, {});
      setupWorker({ httpServer: { listen: () => (exports.listens = true) } });
      exports.adapter = new Adapter("nsp");
      exports.emit = () => new Emitter({});`,
  });
  const { adapter, listens, emit } = load(lane.directory);
  expect(adapter.broadcast()).toBeUndefined();
  expect(listens).toBe(true);
  expect(emit).toThrow("Use lambda-rooms/emitter");
  expect(notes).toEqual([
    expect.stringMatching(
      /server\.js imports @socket\.io\/redis-adapter: it does nothing.*Delete it/,
    ),
    expect.stringMatching(/server\.js imports socket\.io-redis: it does nothing.*Delete it/),
    expect.stringMatching(/server\.js imports @socket\.io\/sticky: it does nothing/),
    expect.stringMatching(/server\.js imports @socket\.io\/redis-emitter: .*Use lambda-rooms/),
  ]);
});

describe("files beside the application", () => {
  const server = (code: string) => `${code}; require("socket.io")(3000);`;
  const packed = (name: string, files: Record<string, string>, named?: readonly string[]) => {
    const { lane, notes, packs } = bundleFiles(name, { "package.json": "{}", ...files }, named);
    const app = path.join(lane.directory, "app");
    return { notes, packs, files: (readdirSync(app, { recursive: true }) as string[]).sort() };
  };

  test("folders are packed with their sizes, and what belongs to the machine is left out by name", () => {
    const { notes, packs, files } = packed("folders", {
      "server.js": server('require("express").static("public")'),
      "node_modules/express/package.json": "{}",
      "node_modules/express/index.js": "exports.static = () => 0;",
      "public/index.html": "x".repeat(2000),
      "public/a/b.css": "x".repeat(1400),
      "public/.env": "SECRET=1",
      "public/.git/config": "",
      "public/node_modules/x/index.js": "",
      "public/tls/server.key": "key",
    });
    expect(files).toEqual(["public", "public/a", "public/a/b.css", "public/index.html"]);
    expect(packs).toEqual(["packs public/: 2 files, 3 KB"]);
    expect(notes).toEqual([
      expect.stringContaining("leaves out of public/: .env, .git, node_modules, tls/server.key."),
    ]);
  });

  test("a folder around the application is left out by name, unless a person names it", () => {
    const code =
      'require("node:fs").readFileSync(require("node:path").join(__dirname, "..", "..", name))';
    const { notes, packs } = packed("around/app", {
      "src/server.js": server(`const name = ""; if (name) ${code}`),
      "server.js": 'require("./src/server.js");',
      "../other/secret.txt": "not of this application",
    });
    expect(packs).toEqual([]);
    expect(notes).toEqual([
      expect.stringMatching(/^leaves out \.\.\/, since it holds the application/),
    ]);
  });

  test("files that only a person names are packed, and one that is missing is an error", () => {
    const files = { "server.js": server(""), "data/a.json": "{}", "b.txt": "bb" };
    expect(packed("named", files, ["data", "b.txt"])).toMatchObject({
      packs: ["packs data/: 1 file, 2 bytes", "packs b.txt: 1 file, 2 bytes"],
      files: ["b.txt", "data", "data/a.json"],
    });
    expect(() => packed("unnamed", files, ["nowhere"])).toThrow(
      /Cannot pack nowhere: expected a file/,
    );
  });

  test.each([".env.prod", "node_modules", "config/.npmrc"])(
    "%s, which a person names, is an error and not left out in silence",
    (name) => {
      const files = { "server.js": server(""), [name]: "A=1" };
      expect(() => packed(`never-${name.replaceAll("/", "-")}`, files, [name])).toThrow(
        `Cannot pack ${name}: expected a file or a folder that may leave this machine`,
      );
    },
  );

  test("the advice to name a file is given where naming it helps", () => {
    const noteOf = (name: string, omitted: string) =>
      packed(name, { "server.js": server('({ root: "data" })'), "data/a": "", [omitted]: "" })
        .notes;
    const advice = expect.stringContaining("name a key in `files` if the application reads it");
    expect(noteOf("advised", "data/tls.pem")).toEqual([advice]);
    expect(noteOf("unadvised", "data/.env.prod")).toEqual([
      expect.stringMatching(/leaves out of data\/: \.env\.prod\. .* belong to this machine$/),
    ]);
  });

  test("a key that the source reads is packed and named, an environment never", () => {
    const { notes, files } = packed("keys", {
      "server.js": server(
        'require("fs").readFileSync("./key.pem"); require("fs").readFileSync(".env")',
      ),
      "key.pem": "key",
      ".env": "A=1",
    });
    expect(files).toEqual(["key.pem"]);
    expect(notes).toEqual([expect.stringContaining("packs the key key.pem")]);
  });

  test("much is named before it is deployed", () => {
    const { notes } = packed("large", {
      "server.js": server('require("fs").readFileSync("large.bin")'),
      "large.bin": "x".repeat(11e6),
    });
    expect(notes).toEqual([expect.stringContaining("11.0 MB, most of it large.bin (11.0 MB)")]);
  });

  test.each<[string, string, readonly string[]]>([
    [
      "texts of events and routes are no paths",
      'on("public"); app.get("/public"); emit("./a.txt")',
      [],
    ],
    [
      "a template's folder",
      "send(`\u0024{__dirname}/public/\u0024{name}`)",
      ["public", "public/a.html"],
    ],
    ["a folder in an option", '({ root: "public" })', ["public", "public/a.html"]],
    ["a file by its looks", 'load("./a.txt")', ["a.txt"]],
    [
      "below the working directory",
      'path.join(process.cwd(), "public")',
      ["public", "public/a.html"],
    ],
  ])("%s", (name, code, expected) => {
    const files = { "server.js": server(`() => { ${code} }`), "public/a.html": "a", "a.txt": "a" };
    expect(packed(name.replaceAll(/\W/g, ""), files).files).toEqual(expected);
  });
});

test("a file's place goes behind what has to stay in front, on the same line", () => {
  const text = '#!/usr/bin/env node\n// A server.\n"use strict";\nuse(__dirname);\n';
  const placed = withPlace(text, "lib/a.js", false);
  expect(placed).toMatch(/^#!\/usr\/bin\/env node\n\/\/ A server\.\n"use strict";\s*;var __rooms/);
  expect(placed?.split("\n")).toHaveLength(text.split("\n").length);
  expect(withPlace('"use strict".length; __dirname', "a.js", false)).toMatch(/^;var/);
  expect(withPlace("const a = 1;", "a.js", false)).toBeUndefined();
});

test("a folder above the root has a place too", () => {
  expect(placeIn("/home/ann/app", "/home/ann/node_modules/x/i.js")).toBe("_/node_modules/x/i.js");
});

test.each([
  ["a.mjs", "", true],
  ["a.cjs", "import x from 'y'", false],
  ["a.js", 'const a = require("a");\nimport("b");', false],
  ["a.ts", 'import { a } from "a";', true],
])("%s with %p is a module: %p", (file, text, expected) => {
  expect(isModule(file, text)).toBe(expected);
});
