import {
  type Answer,
  JsonClient,
  type Output,
  SDK_RETRIES,
  type Transport,
} from "../../../src/aws/json-client";
import { ServiceError } from "../../../src/aws/service-error";

const pauses: number[] = [];
const wait = async (ms: number) => void pauses.push(ms);
const connect = (transport: Transport) => new JsonClient(transport, SDK_RETRIES.dynamodb, wait);

const OK: Answer = { status: 200, head: "", body: '{"Item":{"p":{"S":"x"}}}' };
const LOST: Answer = { lost: "The connection broke" };

function refusal(status: number, type: string, head = "", message = "said"): Answer {
  return { status, head, body: JSON.stringify({ __type: type, message }) };
}

const throttled = refusal(
  400,
  "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",
);
const failed = refusal(500, "com.amazonaws.dynamodb.v20120810#InternalServerError");
const condition = refusal(400, "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException");

/** A service that answers so, one after the other; the last answer from then on. */
function service(...answers: readonly Answer[]) {
  const sent: string[] = [];
  const transport: Transport = {
    send: async (operation) => {
      sent.push(operation);
      return answers[Math.min(sent.length, answers.length) - 1] as Answer;
    },
    skewMs: 0,
    close() {},
  };
  return { client: connect(transport), transport, sent };
}

async function call(...answers: readonly Answer[]) {
  const { client, sent } = service(...answers);
  const onRepeat = jest.fn();
  const ended: Output | ServiceError = await client
    .call("GetItem", {}, onRepeat)
    .catch((error: ServiceError) => error);
  return { ended, tries: sent.length, isRepeated: onRepeat.mock.calls.length > 0 };
}

test.each([
  ["an answer", [OK], 1, false],
  ["throttling", [throttled, OK], 2, false],
  ["a failure of the service", [failed, OK], 2, true],
  ["a lost answer", [LOST, OK], 2, true],
  ["throttling behind a lost answer", [LOST, throttled, OK], 3, true],
] as const)("%s ends well", async (_, answers, tries, isRepeated) => {
  const { ended, ...rest } = await call(...answers);
  expect(ended).toEqual({ Item: { p: { S: "x" } } });
  expect(rest).toEqual({ tries, isRepeated });
});

test.each([
  ["a condition", [condition], "ConditionalCheckFailedException", 400, 1, false],
  [
    "a condition that its own first try has broken",
    [LOST, condition],
    "ConditionalCheckFailedException",
    400,
    2,
    true,
  ],
  ["throttling without end", [throttled], "ProvisionedThroughputExceededException", 400, 4, false],
  ["failures without end", [failed], "InternalServerError", 500, 4, true],
  ["a service that never answers", [LOST], "TimeoutError", undefined, 4, true],
  ["status 429", [{ status: 429, head: "", body: "slow down" }], "UnknownError", 429, 4, false],
  [
    "a body that is not JSON",
    [{ status: 404, head: "", body: "<html>" }],
    "UnknownError",
    404,
    1,
    false,
  ],
  [
    "an error in a header",
    [{ status: 413, head: "HTTP/1.1 413 X\r\nx-amzn-errortype: TooLarge:http://x", body: "" }],
    "TooLarge",
    413,
    1,
    false,
  ],
] as const)("%s is an error", async (_, answers, name, status, tries, isRepeated) => {
  const { ended, ...rest } = await call(...answers);
  expect(ended).toBeInstanceOf(ServiceError);
  expect(ended).toMatchObject({ name, status });
  expect(rest).toEqual({ tries, isRepeated });
});

test("the error says what the service said, and by which id its support finds it", async () => {
  const head = "HTTP/1.1 400 Bad Request\r\nx-amzn-RequestId: ABC\r\nServer: x";
  const { ended } = await call(refusal(400, "x#ValidationException", head, "Item size"));
  expect(ended).toMatchObject({
    name: "ValidationException",
    message: "Item size",
    requestId: "ABC",
  });
});

test("pauses grow, and are longer where the service is throttled", async () => {
  const draw = jest.spyOn(Math, "random").mockReturnValue(1);
  const pausesOf = async (answer: Answer) => {
    pauses.length = 0;
    await call(answer);
    return [...pauses];
  };
  expect(await pausesOf(failed)).toEqual([25, 50, 100]);
  expect(await pausesOf(throttled)).toEqual([1000, 2000, 4000]);
  draw.mockRestore();
});

test("a wrong clock is set by the answer, and the request sent again, once", async () => {
  const ahead = 3_600_000;
  const head = `HTTP/1.1 400 X\r\nDate: ${new Date(Date.now() + ahead).toUTCString()}`;
  const expired = refusal(400, "x#InvalidSignatureException", head);
  const { client, transport, sent } = service(expired, OK);
  await client.call("GetItem", {});
  expect(sent).toHaveLength(2);
  expect(Math.abs(transport.skewMs - ahead)).toBeLessThan(60_000);
  const wrong = service(
    refusal(400, "x#InvalidSignatureException", `X\r\nDate: ${new Date().toUTCString()}`),
  );
  await expect(wrong.client.call("GetItem", {})).rejects.toThrow("said");
  expect(wrong.sent).toHaveLength(1);
});

test("where everything fails, tries become fewer, and come back with success", async () => {
  const answers = { now: failed };
  const sent: string[] = [];
  const transport: Transport = {
    send: async (operation) => {
      sent.push(operation);
      return answers.now;
    },
    skewMs: 0,
    close() {},
  };
  const client = connect(transport);
  const triesOf = async () => {
    const before = sent.length;
    await client.call("PutItem", {}).catch(() => undefined);
    return sent.length - before;
  };
  const tries: number[] = [];
  for (let n = 0; n < 15; n++) tries.push(await triesOf());
  expect([tries[0], tries.at(-1)]).toEqual([4, 1]);
  answers.now = OK;
  for (let n = 0; n < 50; n++) await client.call("PutItem", {});
  answers.now = failed;
  expect(await triesOf()).toBe(4);
});
