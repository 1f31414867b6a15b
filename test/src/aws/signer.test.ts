import { createHash } from "node:crypto";
import { SignatureV4 } from "@smithy/signature-v4";
import fc from "fast-check";
import { encodeRfc3986, Signer } from "../../../src/aws/signer";
import { SdkHash } from "../../support/sdk-hash";

const region = "eu-central-1";
const host = "abc123.execute-api.eu-central-1.amazonaws.com";

/** The SDK's own signer, asked for the same request. */
async function signWithSdk(path: string, body: string, credentials: Keys, now: number) {
  const service = "execute-api";
  const sha256 = SdkHash;
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

describe("AWS's published test suite (example.amazonaws.com, service 'service')", () => {
  // https://github.com/awslabs/aws-c-auth/tree/main/tests/aws-signing-test-suite/v4
  // Our paths are percent-encoded already, which the suite's canonical requests encode once only: so its
  // raw paths are given here.
  const sessionToken =
    "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==";
  const unreserved = "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  test.each([
    ["get-vanilla", "GET", "/", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"],
    [
      "post-vanilla",
      "POST",
      "/",
      "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
    ],
    ["get-utf8", "GET", "/ሴ", "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"],
    [
      "get-unreserved",
      "GET",
      unreserved,
      "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f",
    ],
    [
      "get-space",
      "GET",
      "/example space/",
      "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741",
    ],
    [
      "post-sts-header-before",
      "POST",
      "/",
      "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead",
    ],
  ] as const)("%s", (name, method, path, signature) => {
    const signer = new Signer({
      region: "us-east-1",
      service: "service",
      host: "example.amazonaws.com",
      credentials: () => ({
        accessKeyId: "AKIDEXAMPLE",
        secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        ...(name.includes("sts") ? { sessionToken } : {}),
      }),
      now: () => Date.UTC(2015, 7, 30, 12, 36),
    });
    const sha256 = createHash("sha256").update("").digest("hex");
    const { authorization } = signer.sign({ method, path, sha256 });
    expect(authorization?.split("Signature=")[1]).toBe(signature);
  });
});
