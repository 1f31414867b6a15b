import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { isModule, placeIn, withPlace } from "../../lib/application/places";
import { bundle } from "../../lib/bundle";

const root = path.join(__dirname, "../..");
const { version: hosted } = JSON.parse(
  readFileSync(path.join(root, "node_modules/socket.io/package.json"), "utf8"),
);
const folder = mkdtempSync(path.join(tmpdir(), "application-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** An application of these files, bundled; the entry is `server.js`. */
function bundleFiles(name: string, files: Record<string, string>) {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name, file)), { recursive: true });
    writeFileSync(path.join(folder, name, file), text);
  }
  const outputDirectory = path.join(folder, name, "out");
  return bundle({ entry: path.join(folder, name, "server.js"), outputDirectory });
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
