// Values of many kinds, and code in many forms.
const io = require("socket.io")();
class Point {
  static #count = 0;
  static origin = Object.freeze(new Point(0, 0));
  #x;
  constructor(x, y) {
    this.#x = x;
    this.y = y;
    Point.#count++;
  }
  get x() {
    return this.#x;
  }
  set x(value) {
    this.#x = value;
  }
  static get count() {
    return Point.#count;
  }
  #sum() {
    return this.#x + this.y;
  }
  sum() {
    return this.#sum();
  }
  *[Symbol.iterator]() {
    yield this.#x;
    yield this.y;
  }
  toJSON() {
    return [this.#x, this.y];
  }
  static {
    Point.first = new Point(1, 1);
  }
}
class Point3 extends Point {
  z = this.y + 1;
  sum() {
    return super.sum() + this.z;
  }
}
const counter = (() => {
  let value = 0;
  return { up: () => ++value, reset: () => { value = 0; }, get value() { return value; } };
})();
const buffer = new ArrayBuffer(8);
const bytes = new Uint8Array(buffer);
const words = new Uint16Array(buffer, 2, 2);
const view = new DataView(buffer);
const list = Object.assign([1, 2], { extra: { deep: true } });
const hidden = Object.defineProperty({ seen: 1 }, "secret", { value: 1, writable: true, configurable: true });
const keyed = new Map();
const sets = new Set([new Set([1])]);
const failure = new TypeError("first", { cause: new Error("root") });
const matcher = /a/g;
const kinds = { Point, Point3, Anonymous: class { n = 1; up() { return ++this.n; } } };
const made = [];
let picked = null;
let Chosen = Point;
var hoisted = typeof declared;
function declared(a, b = a * 2, ...rest) {
  return a + b + rest.length + arguments.length;
}
const total = (first = 1, { second = 2, ...others } = {}) => first + second + Object.keys(others).length;
outer: for (const a of [1, 2, 3]) {
  for (const b of [1, 2, 3]) {
    if (b === 2) continue outer;
    keyed.set(list, a * b);
  }
}
io.on("connection", (socket) => {
  socket.on("make", (kind, x) => {
    const Kind = kinds[kind];
    picked = new Kind(x, x + 1);
    made.push(picked);
    made.splice(0, made.length - 4);
    keyed.set(picked, made);
  });
  socket.on("choose", () => {
    Chosen = Chosen === Point ? kinds.Point3 : Point;
    picked = new Chosen(5, 6);
  });
  socket.on("shift", () => {
    if (picked instanceof Point) picked.x += 2;
    else picked?.up();
    counter.up();
    bytes[2]++;
    view.setInt8(5, view.getInt8(5) - 1);
    list.extra.deep = !list.extra.deep;
    list.push(list.length);
    hidden.secret++;
    [...sets][0].add(counter.value);
    failure.cause.message += "!";
    matcher.test("aa");
  });
  socket.on("reset", () => counter.reset());
  socket.on("show", (ack) => {
    ack(
      picked instanceof Point ? [...picked, picked.sum(), picked instanceof Point3] : picked?.n,
      JSON.stringify(made),
      [Point.count, Object.isFrozen(Point.origin), Point.first.sum()],
      [counter.value, [...bytes], [...words], view.getInt8(5), words.buffer === buffer],
      [list.length, list.extra, hidden.secret, Object.keys(hidden)],
      [keyed.get(picked) === made, keyed.get(list), [...[...sets][0]]],
      [failure.cause.message, failure.name, failure instanceof TypeError, matcher.lastIndex],
      [hoisted, declared(1), declared(1, 1, 1), total(1, { x: 1 })],
      [made.includes(picked), made.map((one) => one.constructor.name)],
    );
  });
});
