import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { SignatureV4 } from "@smithy/signature-v4";
import { readSecrets } from "../../src/secrets/read";
import { readReference } from "../../src/secrets/references";
import { signCall } from "../../src/secrets/sign";
import { SdkHash } from "../support/sdk-hash";

/** Secrets that variables name, read when a container starts. Parameter Store and Secrets Manager are a double here. */

interface Asked {
  readonly headers: IncomingHttpHeaders;
  readonly body: Record<string, unknown>;
}

const asked: Asked[] = [];
const parameters: Record<string, string> = { "/shop/db": "db-text", plain: "p" };
const secrets: Record<string, string> = { "shop/api": '{"key":"k","n":1}', whole: "w" };

const server = createServer(async (request, response) => {
  const body = JSON.parse(await text(request));
  asked.push({ headers: request.headers, body });
  const answer = answerTo(String(request.headers["x-amz-target"]), body);
  response.writeHead("__type" in answer ? 400 : 200).end(JSON.stringify(answer));
});

function answerTo(target: string, body: { Names?: string[]; SecretId?: string }): object {
  if (target === "AmazonSSM.GetParameters") {
    const found = (body.Names ?? []).filter((name) => name in parameters);
    return { Parameters: found.map((Name) => ({ Name, Value: parameters[Name] })) };
  }
  const SecretString = secrets[body.SecretId ?? ""];
  if (SecretString !== undefined) return { SecretString };
  return { __type: "ResourceNotFoundException", Message: "Secrets Manager can't find the secret." };
}

let endpoint: string;
beforeAll(async () => {
  await once(server.listen(0, "127.0.0.1"), "listening");
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());
beforeEach(() => void asked.splice(0));

const environmentWith = (own: Record<string, string>): Record<string, string | undefined> => ({
  AWS_REGION: "eu-west-1",
  AWS_ACCESS_KEY_ID: "id",
  AWS_SECRET_ACCESS_KEY: "key",
  AWS_ENDPOINT_URL_SSM: endpoint,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoint,
  ...own,
});

test("puts secrets in the place of references, and leaves other variables", async () => {
  const environment = environmentWith({
    A: "ssm:/shop/db",
    B: "ssm:plain",
    C: "secretsmanager:shop/api:key",
    D: "secretsmanager:shop/api:n",
    E: "secretsmanager:whole",
    F: "text: ssm:/shop/db",
  });
  await readSecrets(environment);
  const { A, B, C, D, E, F } = environment;
  expect([A, B, C, D, E, F]).toEqual(["db-text", "p", "k", "1", "w", "text: ssm:/shop/db"]);
  // One request for all parameters, one for each secret.
  expect(asked.map(({ body }) => body.SecretId ?? body.Names)).toHaveLength(3);
  expect(asked[0]?.body).toEqual({ Names: ["/shop/db", "plain"], WithDecryption: true });
});

test("asks for more than ten parameters in several requests", async () => {
  const names = Array.from({ length: 11 }, (_, n) => `/p/${n}`);
  for (const name of names) parameters[name] = name;
  const environment = environmentWith(
    Object.fromEntries(names.map((name, n) => [`V${n}`, `ssm:${name}`])),
  );
  await readSecrets(environment);
  expect(environment.V10).toBe("/p/10");
  expect(asked.map(({ body }) => (body.Names as string[]).length)).toEqual([10, 1]);
});

test.each([
  ["ssm:/nowhere", "Cannot set the variable A: expected ssm:/nowhere to be there"],
  [
    "secretsmanager:shop/api:none",
    "Cannot set the variable A: expected secretsmanager:shop/api:none",
  ],
  [
    "secretsmanager:nowhere",
    'Cannot read secrets ({"SecretId":"nowhere"}): secretsmanager answered 400',
  ],
])("%s that is missing is named", async (value, message) => {
  await expect(readSecrets(environmentWith({ A: value }))).rejects.toThrow(message);
});

test.each(["ssm:", "secretsmanager:a:b:c", "secretsmanager:arn:aws:x"])(
  "%s names nothing",
  (value) => {
    expect(() => readReference(value)).toThrow(
      `Cannot read the reference ${value}: expected ssm:/path`,
    );
  },
);

test("signs as the SDK does", async () => {
  const credentials = { accessKeyId: "id", secretAccessKey: "key", sessionToken: "token" };
  const call = {
    ...{ service: "ssm", region: "eu-west-1", host: "ssm.eu-west-1.amazonaws.com" },
    ...{ target: "AmazonSSM.GetParameters", body: '{"Names":["a"]}' },
  };
  const now = new Date("2026-11-30T10:00:00Z");
  const ours = signCall(call, credentials, now);
  const { authorization: _, ...headers } = ours;
  const signer = new SignatureV4({
    service: "ssm",
    region: "eu-west-1",
    applyChecksum: false,
    credentials,
    sha256: SdkHash,
  });
  const theirs = await signer.sign(
    {
      ...{ method: "POST", protocol: "https:", hostname: call.host, path: "/", query: {} },
      ...{ headers, body: call.body },
    },
    { signingDate: now, signableHeaders: new Set(Object.keys(headers)) } as never,
  );
  const signatureOf = (text = "") => /Signature=(\w+)/.exec(text)?.[1];
  expect(signatureOf(ours.authorization)).toBe(signatureOf(theirs.headers.authorization));
});
