import { createHash } from "node:crypto";
import fc from "fast-check";
import { encodeRfc3986, Signer } from "../../src/aws/signer";
import { PostRequests } from "../../src/delivery/post-requests";
import { createFrame } from "../../src/wire/frame";

let now = Date.UTC(2026, 10, 25, 10, 0, 0);
const signer = new Signer({
  region: "eu-west-1",
  host: "abc.execute-api.eu-west-1.amazonaws.com",
  credentials: () => ({ accessKeyId: "A", secretAccessKey: "S", sessionToken: "T" }),
  now: () => now,
});
const requests = new PostRequests(signer, "/prod/@connections/");

const ids = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9_-]{15}=$/),
  fc.string({ minLength: 1, unit: "binary-ascii" }),
  fc.constantFrom("=", "a=b=", "%3D", "é", "a/b?c#d", "!'()*"),
);

test("each request is the one that signing it by itself makes, whatever came before", () => {
  const frames = ["", "hé", "x".repeat(1000)].map(createFrame);
  fc.assert(
    fc.property(ids, fc.nat(2), fc.nat(1500), fc.nat(1200), (id, which, laterMs, room) => {
      now += laterMs;
      const frame = frames[which] as ReturnType<typeof createFrame>;
      const path = `/prod/@connections/${encodeRfc3986(id)}`;
      const sha256 = createHash("sha256").update(frame.bytes).digest("hex");
      const signed = signer.sign({ method: "POST", path, sha256 });
      const lines = Object.entries(signed).map(([name, value]) => `${name}: ${value}`);
      const head = [
        `POST ${path} HTTP/1.1`,
        ...lines,
        "content-type: application/octet-stream",
        `content-length: ${frame.bytes.byteLength}`,
      ];
      const expected = Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`), frame.bytes]);
      // In a connection's own buffer, or in a new one where that is too small.
      const created = requests.create(id, frame, Buffer.alloc(room, "?"));
      expect(created.toString("latin1")).toBe(expected.toString("latin1"));
    }),
    { numRuns: 500 },
  );
});
