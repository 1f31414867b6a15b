const io = require("socket.io")();
const a = { list: [] };
const b = { again: a.list, self: null };
b.self = b;
const byObject = new Map();
let latest;
const kept = {
  date: new Date(5),
  big: 10n,
  bytes: new Uint8Array([1, 2]),
  buffer: Buffer.from("hi"),
  nothing: undefined,
  nan: Number.NaN,
  minus: -0,
  pattern: /a(b)/gi,
  url: new URL("https://example.com/x"),
  error: new RangeError("too far"),
  bare: Object.assign(Object.create(null), { x: 1 }),
  sparse: [1, , 3],
  symbol: Symbol.for("kept"),
  [`__proto__x`]: 1,
};
const big = new Map();
const words = Array.from({ length: 300 }, (_, n) => ({ word: `w${n}`, n }));
io.on("connection", (socket) => {
  const mine = { id: socket.id, friends: [] };
  socket.on("push", (value) => {
    latest = { value, mine };
    a.list.push(latest);
    mine.friends.push(latest);
    byObject.set(latest, socket.id);
  });
  socket.on("check", (ack) => {
    ack(
      a.list === b.again,
      b.self === b,
      latest === a.list.at(-1),
      latest ? byObject.get(latest) : "none",
      mine.friends.includes(latest),
      latest?.mine === mine,
      a.list.map(({ value }) => value),
    );
  });
  socket.on("touch", () => {
    kept.date.setTime(kept.date.getTime() + 1);
    kept.big *= 3n;
    kept.bytes[0]++;
    kept.bare.x++;
    kept.sparse.push("end");
    kept.pattern.test("ab ab");
    kept.more = [new Set([1, kept.date]), new Map([[kept.bytes, "bytes"]])];
    kept.half = "\ud800";
  });
  socket.on("kept", (ack) => {
    ack(
      kept.date.getTime(),
      `${kept.big}`,
      [...kept.bytes],
      kept.buffer.toString(),
      "nothing" in kept,
      Number.isNaN(kept.nan),
      Object.is(kept.minus, -0),
      [kept.pattern.source, kept.pattern.flags, kept.pattern.lastIndex],
      kept.url.pathname,
      [kept.error.message, kept.error instanceof RangeError],
      [Object.getPrototypeOf(kept.bare), kept.bare.x],
      [1 in kept.sparse, kept.sparse.length],
      kept.symbol === Symbol.for("kept"),
      kept.more?.[0].has(kept.date),
      kept.more?.[1].get(kept.bytes),
      kept.half?.length,
      Object.keys(kept).length,
    );
  });
  socket.on("many", (count) => {
    for (let n = 0; n < count * 60; n++) big.set(`key ${big.size}`, { n, of: mine });
    words[count % 300].n++;
    big.delete(`key ${count * 7}`);
  });
  socket.on("sum", (ack) => {
    let sum = 0;
    for (const { n, of } of big.values()) sum += of === mine ? n : 1;
    ack(
      sum,
      big.size,
      [...big.keys()].slice(0, 3),
      words.reduce((all, { n }) => all + n, 0),
    );
  });
});
