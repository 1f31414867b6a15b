import fc from "fast-check";
import { Decoder, Encoder } from "../../parser";

/** The single-frame parser by itself. */

interface Packet {
  type: number;
  nsp: string;
  data?: unknown;
  id?: number;
}

function decode(text: unknown): Packet {
  const decoder = new Decoder();
  let decoded: unknown;
  decoder.on("decoded", (packet) => {
    decoded = packet;
  });
  decoder.add(text);
  return decoded as Packet;
}

const encode = (packet: Packet) => new Encoder().encode(packet)[0] as string;
const roundTrip = (packet: Packet) => decode(encode(packet));

const bytes = fc.uint8Array({ maxLength: 20 }).map((array) => Buffer.from(array));
const key = fc.oneof(fc.constantFrom("$bytes", "$$bytes", "bytes", "__proto__"), fc.string());
const value = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.jsonValue({ maxDepth: 1 }),
    bytes,
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(key, tie("value"), { maxKeys: 2 }),
  ),
})).value;

test("every value comes back, with bytes and with what looks like them", () => {
  const property = fc.property(fc.array(value), fc.option(fc.nat()), (args, id) => {
    const packet: Packet = { type: 2, nsp: "/a b", data: ["event", ...args] };
    if (id !== null) packet.id = id;
    const decoded = roundTrip(packet);
    // As text: `-0` is `0` in JSON, and `toEqual` does not look at prototypes.
    expect(JSON.stringify(decoded.data)).toBe(JSON.stringify(packet.data));
    expect(decoded.id).toBe(packet.id);
  });
  fc.assert(property, { numRuns: 500 });
});

test("bytes of every kind become a Buffer", () => {
  const { buffer } = Uint8Array.from([0, 1, 2, 255]);
  const data = [
    "x",
    Buffer.from(buffer),
    buffer,
    new Uint8Array(buffer, 1, 2),
    new DataView(buffer),
  ];
  expect(roundTrip({ type: 2, nsp: "/", data }).data).toEqual([
    "x",
    Buffer.from([0, 1, 2, 255]),
    Buffer.from([0, 1, 2, 255]),
    Buffer.from([1, 2]),
    Buffer.from([0, 1, 2, 255]),
  ]);
});

test("packets are marked, and types with attachments become plain ones", () => {
  expect(encode({ type: 0, nsp: "/", data: { a: 1 } })).toBe('0~{"a":1}');
  expect(encode({ type: 1, nsp: "/x" })).toBe("1~/x,");
  expect(encode({ type: 5, nsp: "/", data: ["e", Buffer.from([1])] })).toBe(
    '2~["e",{"$bytes":"AQ=="}]',
  );
  expect(encode({ type: 6, nsp: "/x", id: 7, data: [] })).toBe("3~/x,7[]");
});

test.each([
  "",
  "2",
  '2["default parser"]',
  "5~[]",
  "9~",
  "0~[]",
  '0~"x"',
  "1~{}",
  "2~",
  "2~[]",
  "2~{}",
  '2~["disconnect"]',
  "2~[{}]",
  "2~abc[1]",
  "3~1{}",
  '2~["x",{"$bytes":1}]',
  `2~["x",${"[".repeat(60_000)}${"]".repeat(60_000)},{"$bytes":""}]`,
])("refuses %.30s", (text) => {
  expect(() => decode(text)).toThrow();
});

test("refuses binary frames, and blobs with a remedy", () => {
  expect(() => decode(Buffer.from("2~[1]"))).toThrow("expected a text frame");
  expect(() => encode({ type: 2, nsp: "/", data: ["x", new Blob([])] })).toThrow("arrayBuffer()");
});

test("keys of prototypes stay keys", () => {
  const { data } = decode('2~["x",{"__proto__":{"polluted":{"$bytes":"AQ=="}}}]');
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  expect(Object.keys((data as object[])[1] as object)).toEqual(["__proto__"]);
});
