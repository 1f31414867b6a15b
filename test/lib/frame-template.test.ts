import fc from "fast-check";
import { frameTemplate } from "../../lib/frame-template";
import { createId } from "../../local/gateway/ids";
import { parseTemplate } from "../../local/gateway/mapping-template";

const context = {
  connectionId: "U43En-ab_dwh7M=",
  requestId: "q1KVgTUUFet-Fd0=",
  requestTimeEpoch: 1794648603153,
};

const base64Encode = (text: string) => Buffer.from(text).toString("base64");
const render = parseTemplate(frameTemplate());

/** The form that API Gateway would send to SQS for a frame. */
function formOf(body: string, more = {}): URLSearchParams {
  return new URLSearchParams(
    render({ body, context: { ...context, ...more }, stageVariables: {} }),
  );
}

function frameIn(form: URLSearchParams): string {
  const text = form.get("MessageBody") ?? form.get("SendMessageBatchRequestEntry.2.MessageBody");
  const { body } = JSON.parse(text ?? "");
  return Buffer.from(body, "base64").toString();
}

test("is one line", () => {
  expect(frameTemplate()).not.toMatch(/[\r\n]/);
});

test("sends a frame on the lane of its connection", () => {
  const form = formOf('42["chat","hi"]');

  expect(Object.fromEntries(form)).toEqual({
    Action: "SendMessage",
    MessageGroupId: context.connectionId,
    MessageDeduplicationId: context.requestId,
    MessageBody: expect.any(String),
  });
  expect(JSON.parse(form.get("MessageBody") ?? "")).toEqual({
    type: "frame",
    connectionId: context.connectionId,
    requestId: context.requestId,
    at: context.requestTimeEpoch,
    body: base64Encode('42["chat","hi"]'),
  });
});

test.each(['43/chat,7["yes"]', "430[]", '{"action":"ack","ack":7,"args":[]}'])(
  "sends the ack %s on a lane of its own",
  (frame) => {
    const form = formOf(frame);

    expect(form.get("MessageGroupId")).toBe(`${context.connectionId}.ack`);
    expect(JSON.parse(form.get("MessageBody") ?? "").type).toBe("ack");
    expect(frameIn(form)).toBe(frame);
  },
);

test.each(['461-/chat,7[{"_placeholder":true,"num":0}]', '451-["a",{}]', "bAQID"])(
  "sends %s, of which the start does not tell the lane, on both",
  (frame) => {
    const form = formOf(frame);
    const field = (place: number, name: string) =>
      form.get(`SendMessageBatchRequestEntry.${place}.${name}`);
    const { connectionId, requestId, requestTimeEpoch: at } = context;

    expect(form.get("Action")).toBe("SendMessageBatch");
    expect([field(1, "Id"), field(2, "Id")]).toEqual(["frame", "ack"]);
    expect([field(1, "MessageGroupId"), field(2, "MessageGroupId")]).toEqual([
      connectionId,
      `${connectionId}.ack`,
    ]);
    expect(field(1, "MessageDeduplicationId")).not.toBe(field(2, "MessageDeduplicationId"));
    const common = { connectionId, requestId, at, body: base64Encode(frame) };
    expect(JSON.parse(field(1, "MessageBody") ?? "")).toEqual({
      ...{ type: "frame", copied: true },
      ...common,
    });
    expect(JSON.parse(field(2, "MessageBody") ?? "")).toEqual({ type: "ack", ...common });
  },
);

test.each([
  ["form fields", "&MessageGroupId=another&Action=DeleteQueue"],
  ["percent signs", "100%22%7D%00"],
  ["JSON punctuation", '"}],{"type":"close"}'],
  ["velocity", "#set($x = 1)$context.requestId $util.urlEncode(1) ##"],
  ["control characters, which SQS refuses", "\u0000\u0001\u001b\u007f\ufffe"],
  ["base64 with plus and slash", "~~~???>>>"],
  ["other scripts", "héllo, мир, 世界, 🚀, \u2028"],
  ["line ends", "a\r\nb\tc"],
  ["nothing", ""],
])("carries %s unchanged", (_, frame) => {
  const form = formOf(frame);

  expect([...form.keys()]).toEqual([
    "Action",
    "MessageGroupId",
    "MessageDeduplicationId",
    "MessageBody",
  ]);
  expect(form.get("MessageGroupId")).toBe(context.connectionId);
  expect(frameIn(form)).toBe(frame);
});

describe("a pong", () => {
  const weightOf = (frame: string, requestId: string) =>
    JSON.parse(formOf(frame, { requestId }).get("MessageBody") ?? "").weight;

  test("is counted for five if the id of its request says so", () => {
    expect(weightOf("3", "q1KVg7UUFet-Fd0=")).toBe(5);
    expect(weightOf("3", "q1KVgTUUFet-Fd0=")).toBeUndefined();
  });

  test.each(["33", "37", "42[7]", ""])("is not the frame %j", (frame) => {
    expect(weightOf(frame, "q1KVg7UUFet-Fd0=")).toBeUndefined();
  });

  test("is counted as often as it is sent, on average", () => {
    const weights = Array.from({ length: 2000 }, () => Number(weightOf("3", createId()) ?? 0));
    const counted = weights.reduce((sum, weight) => sum + weight, 0);
    expect(counted / weights.length).toBeGreaterThan(0.8);
    expect(counted / weights.length).toBeLessThan(1.3);
  });
});

test("carries any text unchanged", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), (frame) => {
      expect(frameIn(formOf(frame))).toBe(frame);
    }),
    { numRuns: 50 },
  );
});
