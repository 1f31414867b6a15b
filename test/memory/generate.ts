import fc from "fast-check";
import ts from "typescript";
import { compileFile } from "../../compiler/file";

/**
 * Random applications: variables, collections that hold each other, instances with private fields, closures in lists,
 * timers, listeners in listeners. Their bodies are lists of numbers, so that fast-check can shrink them.
 */
export interface Generated {
  readonly source: string;
  readonly compiled: string;
}

const HEAD = `const io = require("socket.io")();
let n = 0, timer = null, last = null;
const m = new Map(), s = new Set(), list = [], o = { deep: { list } }, fns = [], held = [];
class C {
  static total = 0;
  static #made = 0;
  #x = 0;
  log = [];
  constructor(x) { this.#x = x; C.#made++; }
  add(x) { this.#x += x; C.total += 1; this.log.push(x); return this.#x; }
  later(x, done) { setTimeout(() => { done(this.add(x)); }, 40); }
  each = (fn) => this.log.forEach((one) => fn(one + this.#x));
  static get made() { return C.#made; }
}
class D extends C { y = 1; twice() { this.y *= 2; return this.add(this.y); } }
const c = new D(1);
const all = new Map();
const show = (socket, a) => socket.emit("state", n, [...m.keys()], [...s], list.length, Object.keys(o), C.total, C.made, a, fns.length, held.length);
`;

type Writer = (names: readonly string[], take: () => number, depth: number) => string;

/** Statements; each gets the numbers that can be changed where it stands. */
const statements: readonly Writer[] = [
  (names, take) => `${pick(names, take)} += ${take() % 5};`,
  (names, take) => `${pick(names, take)} = (${pick(names, take)} * 3 + 1) % 97;`,
  (names, take) => `m.set("k" + ${pick(names, take)} % 4, { at: ${pick(names, take)}, list });`,
  (names, take) => `m.delete("k" + ${pick(names, take)} % 4);`,
  (names, take) => `s.add(${pick(names, take)} % 7);`,
  (names, take) =>
    `list.push(m.get("k${take() % 4}") ?? ${pick(names, take)}); list.splice(0, list.length - 9);`,
  (names, take) =>
    `o["p" + ${pick(names, take)} % 3] = ${["list", "m", "o.deep", "c", "socket"][take() % 5]};`,
  (_, take) =>
    `socket.emit("same", o.p${take() % 3} === list, o.p${take() % 3} === o.p${take() % 3}, o.p0?.emit === undefined);`,
  (names, take) =>
    `socket.emit("c", c.add(${pick(names, take)}), c.twice() % 1000); c.log.splice(0, c.log.length - 5);`,
  (names, take) => `all.set(socket.id, new ${["C", "D"][take() % 2]}(${pick(names, take)}));`,
  (names, take) =>
    `all.get(socket.id)?.later(${take() % 9}, (x) => { ${pick(names, take)} += 1; socket.emit("later", x, ${pick(names, take)}); });`,
  () => `all.get(socket.id)?.each((x) => socket.emit("each", x));`,
  (names, take) => `fns.push(() => (${pick(names, take)} += 2)); fns.splice(0, fns.length - 6);`,
  (_, take) => `{ const f = fns[${take()} % (fns.length || 1)]; if (f) socket.emit("fn", f()); }`,
  () => `held.push(socket); held.splice(0, held.length - 3);`,
  (_, take) => `held[${take() % 3}]?.emit("held", held.indexOf(socket), held[0].connected);`,
  (names, take, depth) =>
    `timer = setTimeout((x) => { ${names.includes("a") ? pick(names, take) : "n"} += x; ${body(names, take, depth)} }, ${20 + (take() % 9) * 35}, ${take() % 4});`,
  () => `clearTimeout(timer);`,
  (names, take, depth) =>
    `{ let left = 3; const t = setInterval(() => { socket.emit("tick", left); ${body([...names, "left"], take, depth + 1)} if (--left <= 0) clearInterval(t); }, ${30 + (take() % 7) * 50}); }`,
  (names, take, depth) =>
    `if (${depth} < 2 && socket.listenerCount("e3") < 8) socket.on("e3", (v) => { let q = v; ${body([...names, "q"], take, depth + 1)} socket.emit("q", q); });`,
  (names, take, depth) =>
    `if (socket.listenerCount("e4") < 8) socket.once("e4", (v) => { ${body(names, take, depth + 1)} socket.emit("once", v, ${pick(names, take)}); });`,
  (names, take) =>
    `{ let z = ${pick(names, take)}; const f = () => { z++; socket.emit("z", z); }; if (socket.listenerCount("e3") < 8) socket.on("e3", f); last = { f, socket }; }`,
  () => `if (last) { last.socket.off("e3", last.f); last = null; }`,
  (names, take, depth) =>
    `for (let i = 0; i < 2; i++) { ${body([...names, "i"], take, depth + 2)} }`,
  (names, take, depth) =>
    `if (${pick(names, take)} % 2) { let w = ${take() % 9}; ${body([...names, "w"], take, depth + 1)} } else { ${body(names, take, depth + 1)} }`,
  (names, take, depth) =>
    `try { if (${pick(names, take)} % 3 === 0) throw new Error("t" + ${take() % 5}); } catch (e) { fns.push(() => e.message); ${body(names, take, depth + 1)} }`,
];

function pick(names: readonly string[], take: () => number): string {
  return names[take() % names.length] as string;
}

function body(names: readonly string[], take: () => number, depth: number): string {
  if (depth > 2) return "";
  const length = take() % (depth === 0 ? 5 : 3);
  // A loop's own variable would make it endless.
  const changed = names.filter((name) => name !== "i");
  return Array.from({ length }, () =>
    (statements[take() % statements.length] as Writer)(changed, take, depth + 1),
  ).join("\n");
}

function write(numbers: readonly number[]): string {
  let at = 0;
  const take = () => numbers[at++] ?? 0;
  const events = [0, 1, 2].map(
    (event) =>
      `socket.on("e${event}", (v) => { let b = v; ${body(["n", "a", "b"], take, 0)}\nshow(socket, a + b); });`,
  );
  const leaving = `socket.on("disconnect", () => { ${body(["n", "a"], take, 1)} });`;
  return `${HEAD}io.on("connection", (socket) => { let a = 1;\n${events.join("\n")}\n${leaving} });`;
}

export const generated: fc.Arbitrary<Generated> = fc
  .array(fc.nat(999), { minLength: 10, maxLength: 150 })
  .map((numbers) => {
    const source = write(numbers);
    const file = ts.createSourceFile("server.js", source, ts.ScriptTarget.Latest, true);
    return { source, compiled: compileFile(file, "server.js", true).text };
  });
