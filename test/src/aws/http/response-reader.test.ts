import fc from "fast-check";
import { type Reading, ResponseReader } from "../../../../src/aws/http/response-reader";

/** Feeds an answer in pieces; what the reader said last. */
function read(text: string, cuts: readonly number[] = []): Reading {
  const reader = new ResponseReader();
  const bytes = Buffer.from(text, "latin1");
  const places = [...new Set(cuts.map((cut) => cut % bytes.length))].sort((a, b) => a - b);
  let last: Reading = "more";
  for (const [index, start] of [0, ...places].entries()) {
    const end = places[index] ?? bytes.length;
    if (end > start) last = reader.read(bytes.subarray(start, end));
    if (last !== "more") return last;
  }
  return last;
}

const ok = { status: 200, head: "", keepsAlive: true, body: "" };
const answers: readonly (readonly [string, string, Reading])[] = [
  ["no body", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", ok],
  ["a body", "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello", ok],
  ["no reason", "HTTP/1.1 200\r\nContent-Length:0\r\n\r\n", ok],
  ["204", "HTTP/1.1 204 No Content\r\nDate: x\r\n\r\n", { ...ok, status: 204 }],
  [
    "chunks",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\nA\r\n0123456789\r\n0\r\n\r\n",
    ok,
  ],
  [
    "trailers",
    "HTTP/1.1 200 OK\r\ntransfer-encoding:  Chunked \r\n\r\n0\r\nA: b\r\nC: d\r\n\r\n",
    ok,
  ],
  [
    "an interim answer",
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    ok,
  ],
  [
    "close",
    "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
    { ...ok, keepsAlive: false },
  ],
  ["HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", { ...ok, keepsAlive: false }],
  [
    "the same length twice",
    "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n",
    ok,
  ],
  [
    "two lengths",
    "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Length: 5\r\n\r\n",
    "unintelligible",
  ],
  [
    "length and chunks",
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
    "unintelligible",
  ],
  [
    "another encoding",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
    "unintelligible",
  ],
  ["a negative length", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "unintelligible"],
  ["a bad chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "unintelligible"],
  ["an upgrade", "HTTP/1.1 101 Switching Protocols\r\n\r\n", "unintelligible"],
  ["another protocol", "SSH-2.0-OpenSSH_9.2\r\n", "unintelligible"],
  ["another version", "HTTP/2 200\r\n\r\n", "unintelligible"],
  ["too much", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK", "surplus"],
  [
    "too much after chunks",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nx",
    "surplus",
  ],
];

test.each(answers)("reads %s", (_, text, expected) => expect(read(text)).toEqual(expected));

test.each(answers)("reads %s in any pieces", (_, text, expected) => {
  const check = (cuts: readonly number[]) => {
    const reading = read(text, cuts);
    // In pieces, what is too much may come after the answer has been told.
    if (expected !== "surplus" || typeof reading === "string") expect(reading).toEqual(expected);
    else expect(reading.status).toBe(200);
  };
  fc.assert(fc.property(fc.array(fc.nat(), { maxLength: 8 }), check), { numRuns: 60 });
  check(Array.from(text, (_, place) => place));
});

test("a body that ends with the connection", () => {
  const reader = new ResponseReader();
  expect(reader.read(Buffer.from("HTTP/1.1 502 Bad\r\nServer: x\r\n\r\nsome"))).toBe("more");
  expect(reader.end()).toEqual({
    status: 502,
    keepsAlive: false,
    head: "HTTP/1.1 502 Bad\r\nServer: x",
    body: "",
  });
  expect(new ResponseReader().end()).toBeUndefined();
});

test("reads one answer after the other", () => {
  const reader = new ResponseReader();
  for (const status of [200, 410, 429, 200]) {
    const text = `HTTP/1.1 ${status} X\r\nContent-Length: 2\r\n\r\nab`;
    expect(reader.read(Buffer.from(text))).toMatchObject({ status });
  }
});

test("keeps bodies where it is asked to, whatever pieces they come in", () => {
  const bodies = [
    "HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\nh\u00e9llo!",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nh\u00e9\r\n4\r\nllo!\r\n0\r\n\r\n",
  ];
  const check = (cuts: readonly number[]) => {
    const reader = new ResponseReader(true);
    for (const text of bodies) {
      const bytes = Buffer.from(text);
      const places = [...new Set(cuts.map((cut) => cut % bytes.length))].sort((a, b) => a - b);
      let last: Reading = "more";
      for (const [index, start] of [0, ...places].entries()) {
        const end = places[index] ?? bytes.length;
        // As a connection does, into one buffer.
        const piece = Buffer.from(bytes.subarray(start, end));
        if (end > start) last = reader.read(piece);
        piece.fill(0);
      }
      expect(last).toMatchObject({ status: 200, body: "h\u00e9llo!" });
    }
  };
  fc.assert(fc.property(fc.array(fc.nat(), { maxLength: 8 }), check), { numRuns: 60 });
});

test("keeps no more than it should of an answer without end", () => {
  const reader = new ResponseReader();
  let last: Reading = reader.read(Buffer.from("HTTP/1.1 200 OK\r\n"));
  for (let piece = 0; last === "more" && piece < 100; piece++) {
    last = reader.read(Buffer.from(`X-${piece}: ${"x".repeat(1000)}\r\n`));
  }
  expect(last).toBe("unintelligible");
});

test("any bytes are read to some end, and never throw", () => {
  const noise = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom(...answers.map(([, text]) => text)),
    fc.constantFrom(
      "\r\n",
      "\r\n\r\n",
      "HTTP/1.1 ",
      "0\r\n",
      "Content-Length: ",
      "Transfer-Encoding: chunked",
    ),
  );
  fc.assert(
    fc.property(fc.array(noise, { maxLength: 12 }), (pieces) => {
      const reader = new ResponseReader();
      for (const piece of pieces) {
        const reading = reader.read(Buffer.from(piece, "latin1"));
        if (reading === "surplus" || reading === "unintelligible") return;
        if (typeof reading === "object") expect(reading.status).toBeGreaterThan(199);
      }
    }),
    { numRuns: 5000 },
  );
});
