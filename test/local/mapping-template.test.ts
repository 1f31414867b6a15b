import { parseTemplate } from "../../local/gateway/mapping-template";
import type { JsonObject } from "../../local/json";
import { waitFor } from "../support/wait-for";
import { connect, cutClients } from "./support/client";
import { printSource } from "./support/functions";
import { lane, plainTemplate, type RouteFixture, webSocketApi } from "./support/resources";
import { closeStacks, startStack } from "./support/stack";

afterEach(cutClients);
afterAll(closeStacks);

describe("templates", () => {
  const context: JsonObject = { connectionId: "abc-_=", identity: { sourceIp: "1.2.3.4" } };
  const render = (template: string, body = '{"a":{"b":[1,"two"]},"quote":"\\""}') =>
    parseTemplate(template)({ body, context, stageVariables: { color: "blue" } });

  test.each([
    ["$context.connectionId", "abc-_="],
    ["$context.identity.sourceIp", "1.2.3.4"],
    ["$util.urlEncode($context.connectionId)", "abc-_%3D"],
    ["$stageVariables.color", "blue"],
    ["$input.path('$.a.b[1]')", "two"],
    ["$input.path('$.missing')", ""],
    ["$input.json('$.a')", '{"b":[1,"two"]}'],
    ["$input.json('$[\"quote\"]')", '"\\""'],
    ["$util.parseJson($input.body).a.b[0]", "1"],
    ["#foreach($item in $input.path('$.a.b'))[$item]#end", "[1][two]"],
  ])("evaluates %s", (template, expected) => {
    expect(render(template)).toBe(expected);
  });

  test.each([
    ["$input.body.length()", "5"],
    ["$input.body.substring(1, 3)", "3["],
    ["$input.body.substring(3)", '"x'],
    ["$input.body.charAt(0)", "4"],
    ["$input.body.indexOf('[')", "2"],
    ["$input.body.isEmpty()", "false"],
    ["$input.body.contains('[')", "true"],
    ["$input.body.matches('4[23].*')", "true"],
    ["$input.body.replace('4', '$1')", '$13["x'],
    ["$input.body.equals('43')", "false"],
    ["#if($input.body.startsWith('43'))ack#{else}other#end", "ack"],
    [
      "#if($input.body.length() >= 2 && $input.body.substring(0, 2) == '42')event#{else}other#end",
      "other",
    ],
    [`#set($group = "\${context.connectionId}.ack")$util.urlEncode($group)`, "abc-_%3D.ack"],
  ])("calls methods of texts: %s", (template, expected) => {
    expect(render(template, '43["x')).toBe(expected);
  });

  test("fails where Java would: reading beyond the end of a text, or into invalid JSON", () => {
    expect(() => render("$input.body.substring(0, 2)", "4")).toThrow("expected 0 to 1, got 0 to 2");
    expect(() => render("$input.json('$')", "hello")).toThrow();
    expect(() => render("$input.path('a.b')")).toThrow("expected a path such as $.a.b[0]");
  });

  test("encodes as Java does", () => {
    const text = `a b+c&d=e/é"'~*()!\n`;
    expect(render("$util.urlEncode($input.body)", text)).toBe(
      "a+b%2Bc%26d%3De%2F%C3%A9%22%27%7E*%28%29%21%0A",
    );
    expect(render("$util.urlDecode($util.urlEncode($input.body))", text)).toBe(text);
    expect(render("$util.base64Decode($util.base64Encode($input.body))", text)).toBe(text);
    expect(render("$util.escapeJavaScript($input.body)", `"'\\/é\n<`)).toBe(
      `\\"\\'\\\\\\/\\u00E9\\n<`,
    );
    expect(render("$util.urlEncode($input.body.substring(0, 1))", "😀")).toBe("%EF%BF%BD");
  });
});

/** Quotes, Velocity's and HTML's own characters, Unicode of every width, and control characters. */
const nasty = `42["a\\"b",'$x #if(1) $!{y} #end ## &amp; <b> + %41 %'] é ✓ 😀 \u2028 \u0000\u0001\u001f\u007f\ufffe`;

async function laneOf(route: Partial<RouteFixture & { template: string }>) {
  const stack = await startStack({
    functions: { Lane: printSource },
    resources: {
      ...webSocketApi({ $default: { queue: "Queue", template: plainTemplate, ...route } }),
      ...lane("Queue", "Lane"),
    },
  });
  const client = await connect(stack.webSocketUrl);
  const records = () => stack.printed("Lane").flatMap(({ Records }) => Records as JsonObject[]);
  return { stack, client, records };
}

test("carries any frame through a template that encodes it as base64", async () => {
  const { stack, client, records } = await laneOf({
    template: plainTemplate.replace(
      "$util.urlEncode($input.body)",
      "$util.urlEncode($util.base64Encode($input.body))",
    ),
  });
  client.send(nasty);
  await waitFor(() => records().length === 1);
  await stack.idle();
  expect(Buffer.from(String(records()[0]?.body), "base64").toString()).toBe(nasty);
  expect(client.received).toEqual([]);
});

test("sends message attributes and chooses the group by the frame's first characters", async () => {
  const attribute = (index: number, name: string, value: string) =>
    `&MessageAttribute.${index}.Name=${name}&MessageAttribute.${index}.Value.StringValue=$util.urlEncode(${value})` +
    `&MessageAttribute.${index}.Value.DataType=String`;
  const { client, records } = await laneOf({
    template:
      "Action=SendMessage&MessageGroupId=$util.urlEncode($context.connectionId)#if($input.body.startsWith('43')).ack#end" +
      "&MessageDeduplicationId=$context.requestId&MessageBody=$util.urlEncode($input.body)" +
      attribute(1, "connectionId", "$context.connectionId") +
      attribute(2, "time", "$context.requestTimeEpoch"),
  });
  client.send("431[]");
  client.send('42["x"]');
  await waitFor(() => records().length === 2);
  const [ack, event] = records() as [JsonObject, JsonObject];
  const id = (ack.messageAttributes as { connectionId: JsonObject }).connectionId.stringValue;
  expect((ack.attributes as JsonObject).MessageGroupId).toBe(`${id}.ack`);
  expect((event.attributes as JsonObject).MessageGroupId).toBe(id);
  expect(ack.messageAttributes).toEqual({
    connectionId: {
      stringValue: id,
      stringListValues: [],
      binaryListValues: [],
      dataType: "String",
    },
    time: expect.objectContaining({ stringValue: expect.stringMatching(/^\d{13}$/) }),
  });
});

test.each([
  ["a template that fails", { template: "$input.body.substring(0, 100)" }, "substring"],
  ["a body that SQS refuses", {}, "Invalid characters found"],
  ["another action", { template: "Action=DeleteMessage" }, "The action"],
  ["no group", { template: "Action=SendMessage&MessageBody=x" }, "MessageGroupId"],
  ["another content type", { properties: { RequestParameters: {} } }, "content type"],
])("answers an error frame to %s", async (_, route, warning) => {
  const { stack, client } = await laneOf(route);
  client.send("bad \u0001");
  expect(await client.next()).toMatch(
    /^\{"message": "Internal server error", "connectionId":"[\w-]{15}=", "requestId":"[\w-]{15}="\}$/,
  );
  expect(stack.lines.at(-1)).toMatchObject({ function: "local", stream: "stderr" });
  if (warning !== "substring") expect(stack.lines.at(-1)?.text).toContain(warning);
});

test("takes parameters of the query and of the context", async () => {
  const { client, records } = await laneOf({
    template: "Action=SendMessage&MessageBody=$util.urlEncode($input.body)",
    properties: {
      RequestParameters: {
        "integration.request.header.Content-Type": "'application/x-www-form-urlencoded'",
        "integration.request.querystring.MessageGroupId": "context.connectionId",
        "integration.request.querystring.MessageDeduplicationId": "context.requestId",
      },
    },
  });
  client.send("plain");
  await waitFor(() => records().length === 1);
  expect(records()[0]).toMatchObject({
    body: "plain",
    attributes: { MessageGroupId: expect.stringMatching(/=$/) },
  });
});

test("refuses to start with a template that cannot be parsed, or with none", async () => {
  await expect(laneOf({ template: "#if(" })).rejects.toThrow("Parse error");
  await expect(laneOf({ properties: { RequestTemplates: {} } })).rejects.toThrow(
    'Cannot read Integrationdefault: expected a request template "$default", got []',
  );
});
