import { createHash, createHmac } from "node:crypto";
import { SignatureV4 } from "@smithy/signature-v4";
import fc from "fast-check";
import { encodeRfc3986, Signer } from "../../src/delivery/signer";

const region = "eu-central-1";
const host = "abc123.execute-api.eu-central-1.amazonaws.com";

/** The hash that the SDK's signer wants to be given. */
class Hash {
  readonly #hash;
  constructor(secret?: unknown) {
    this.#hash = secret ? createHmac("sha256", secret as Buffer) : createHash("sha256");
  }
  update(data: unknown): void {
    this.#hash.update(data as Buffer);
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
}

/** The SDK's own signer, asked for the same request. */
async function signWithSdk(path: string, body: string, credentials: Keys, now: number) {
  const service = "execute-api";
  const sha256 = Hash;
  const signer = new SignatureV4({ service, region, credentials, sha256, applyChecksum: false });
  const { headers } = await signer.sign(
    {
      method: "POST",
      protocol: "https:",
      hostname: host,
      path,
      headers: { host },
      body,
      query: {},
    },
    { signingDate: new Date(now) },
  );
  return headers;
}

interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

const keys = fc.record(
  {
    accessKeyId: fc.stringMatching(/^[A-Z0-9]{20}$/),
    secretAccessKey: fc.string({ minLength: 1 }),
    sessionToken: fc.base64String({ minLength: 4 }),
  },
  { requiredKeys: ["accessKeyId", "secretAccessKey"] },
) as fc.Arbitrary<Keys>;

const time = fc.integer({ min: 0, max: 4e12 });

test("agrees with the SDK's signer on every header of any post", async () => {
  // The SDK resolves `.` and `..` in paths; no connection is called so.
  const id = fc.string().filter((text) => text !== "." && text !== "..");
  const anyPost = fc.asyncProperty(id, fc.string(), keys, time, async (...given) => {
    const [id, body, credentials, now] = given;
    const path = `/prod/@connections/${encodeRfc3986(id)}`;
    const signer = new Signer({ region, host, credentials: () => credentials, now: () => now });
    const sha256 = createHash("sha256").update(body).digest("hex");
    expect(signer.sign({ method: "POST", path, sha256 })).toEqual(
      await signWithSdk(path, body, credentials, now),
    );
  });
  await fc.assert(anyPost, { numRuns: 300 });
});

test("takes up rotated keys within a second, and a new day", async () => {
  let credentials: Keys = { accessKeyId: "A", secretAccessKey: "one" };
  let now = Date.UTC(2026, 10, 23, 23, 59, 59);
  const signer = new Signer({ region, host, credentials: () => credentials, now: () => now });
  const path = "/prod/@connections/a%3D";
  const sha256 = createHash("sha256").update("x").digest("hex");
  const agrees = async () =>
    expect(signer.sign({ method: "POST", path, sha256 })).toEqual(
      await signWithSdk(path, "x", credentials, now),
    );
  await agrees();
  credentials = { accessKeyId: "B", secretAccessKey: "two", sessionToken: "t" };
  now -= 1000;
  await agrees();
  now += 2000;
  await agrees();
});
