import { SignatureV4 } from "@smithy/signature-v4";
import { signed } from "../../bin/aws/sign";
import { SdkHash } from "../support/sdk-hash";

/** The signature of requests to control planes, beside the one that the SDK's own signer makes. */

const now = new Date("2026-01-31T08:00:00Z");
const keys = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG" };

test.each([
  ["POST", "https://logs.eu-west-1.amazonaws.com/", { "x-amz-target": "A.B" }, '{"a":"ä"}'],
  ["GET", "https://lambda.eu-west-1.amazonaws.com/2015/a%3Ab/c", {}, ""],
  ["GET", "https://lambda.eu-west-1.amazonaws.com/x?b=2&a=1%202", {}, ""],
  ["POST", "http://127.0.0.1:4566/", { "content-type": " text/plain " }, "x"],
])("%s %s is signed as by the SDK", async (method, address, headers, body) => {
  const url = new URL(address);
  for (const credentials of [keys, { ...keys, sessionToken: "token" }]) {
    const scope = { service: "logs", region: "eu-west-1" };
    const signer = new SignatureV4({ ...scope, credentials, sha256: SdkHash });
    const { headers: expected } = await signer.sign(
      {
        ...{ method, protocol: url.protocol, hostname: url.hostname, path: url.pathname, body },
        query: Object.fromEntries(url.searchParams),
        headers: { host: url.host, ...headers },
      },
      { signingDate: now },
    );
    const request = { method, url, headers: headers as Record<string, string>, body };
    const { authorization } = signed(request, credentials, { ...scope, now });
    const signatureOf = (text = "") => /Signature=(\w+)/.exec(text)?.[1];
    // The SDK also signs the hash of the body as a header, so the names of headers may differ.
    expect(expected).toMatchObject({ "x-amz-date": "20260131T080000Z" });
    const same = expected["x-amz-content-sha256"] === undefined;
    if (same) expect(signatureOf(authorization)).toBe(signatureOf(expected.authorization));
    else {
      const hash = { "x-amz-content-sha256": expected["x-amz-content-sha256"] as string };
      const again = signed({ ...request, headers: { ...headers, ...hash } }, credentials, {
        ...{ ...scope, now },
      });
      expect(signatureOf(again.authorization)).toBe(signatureOf(expected.authorization));
    }
  }
});
