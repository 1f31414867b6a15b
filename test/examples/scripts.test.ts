import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import Ajv from "ajv/dist/2020";

/** The examples that this machine cannot run: their syntax, and what they send. */

const root = path.join(__dirname, "../..");
const read = (file: string) => readFileSync(path.join(root, "examples", file), "utf8");
const schema = JSON.parse(readFileSync(path.join(root, "docs/protocol.schema.json"), "utf8"));

function isAction(value: unknown): boolean {
  const ajv = new Ajv({ strict: false });
  ajv.addSchema(schema, "protocol");
  return ajv.validate({ $ref: "protocol#/$defs/action" }, value) as boolean;
}

const compiler = ["/usr/bin/g++", "/usr/bin/clang++"].find((file) => existsSync(file));

(compiler ? test : test.skip)("arduino: a C++ compiler accepts the sketch", async () => {
  const folder = path.join(root, "examples/arduino");
  const stubs = [
    "-I",
    path.join(folder, "stubs"),
    "-include",
    path.join(folder, "stubs/Arduino.h"),
  ];
  const args = ["-std=c++17", "-fsyntax-only", "-Wall", "-Werror", "-x", "c++", ...stubs];
  await promisify(execFile)(compiler as string, [...args, path.join(folder, "rooms/rooms.ino")]);
});

test("arduino: each action is one of the protocol, and `action` comes first", () => {
  const bodies = [
    ...read("arduino/rooms/rooms.ino").matchAll(/JsonDocument action;\n([\s\S]*?)act\(/g),
  ];
  const actions = bodies.map(([, body = ""]) => {
    const fields = [...body.matchAll(/action\["(\w+)"\](\[0\])? = ("[^"]*"|\w+);/g)];
    expect(fields[0]?.[1]).toBe("action");
    const entries = fields.map(([, name, list, value = ""]) => {
      const parsed = value.startsWith('"') ? JSON.parse(value) : true;
      return [name, list ? [parsed] : parsed];
    });
    return Object.fromEntries([...entries, ["id", 1]]);
  });
  expect(actions.map(({ action }) => action)).toEqual(["join", "send"]);
  expect(actions.filter((action) => !isAction(action))).toEqual([]);
});

test("godot: each action is one of the protocol, and `action` comes first", () => {
  const literals = [...read("godot/rooms.gd").matchAll(/_act\((\{"action".*?\})\)/g)];
  const values: Record<string, string> = { room: '"a"', event_name: '"b"', args: "[1]" };
  const actions = literals.map(([, text = ""]) =>
    JSON.parse(text.replace(/: (\w+)/g, (_, name) => `: ${values[name]}`)),
  );
  expect(actions.map(({ action }) => action)).toEqual(["join", "leave", "send", "join"]);
  expect(actions.filter((action) => !isAction(action))).toEqual([]);
  expect(isAction({ action: "jion", room: "a" })).toBe(false);
});

test("every example is in the index, with a page of its own", () => {
  const folders = readdirSync(path.join(root, "examples"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== "node_modules")
    .map(({ name }) => name);
  const index = [...read("README.md").matchAll(/^\| \[([\w-]+)\]\(\1\)/gm)].map(([, name]) => name);
  expect(index.sort()).toEqual(folders.sort());
  for (const folder of folders) expect(read(`${folder}/README.md`)).toMatch(/^# /);
});
