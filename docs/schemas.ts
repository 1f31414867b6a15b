import { toJsonSchema } from "@valibot/to-json-schema";
import * as v from "valibot";
import { bodies } from "../src/functions/publish/requests";
import { actions } from "../src/protocols/json/actions";
import { messages } from "../src/protocols/json/message-schemas";

/** The published schemas, made of the validators. `npm run schema` writes them into this folder. */
export function documents(): Record<string, object> {
  return { "protocol.schema.json": protocolSchema(), "openapi.json": openApi() };
}

const DRAFT = "https://json-schema.org/draft/2020-12/schema";

/** JSON Schema of what a validator takes; rules that schemas cannot say are left to the validator. */
function schemaOf(schema: v.GenericSchema): object {
  const { $schema: _, ...rest } = toJsonSchema(schema, { typeMode: "input", errorMode: "ignore" });
  return rest;
}

function protocolSchema(): object {
  const clientActions = Object.entries(actions).map(([name, { entries }]) => [
    name,
    schemaOf(v.object({ action: v.literal(name), ...entries } as v.ObjectEntries)),
  ]);
  const serverMessages = Object.entries(messages).map(([name, schema]) => [name, schemaOf(schema)]);
  const oneOf = (kind: string, names: string[][]) => ({
    oneOf: names.map(([name]) => ({ $ref: `#/$defs/${kind}/${name}` })),
  });
  return {
    $schema: DRAFT,
    title: "JSON actions of Lambda Rooms, version 1",
    description:
      "One JSON object per text frame. #/$defs/action: client to server. #/$defs/message: server to client.",
    anyOf: [{ $ref: "#/$defs/action" }, { $ref: "#/$defs/message" }],
    $defs: {
      action: oneOf("actions", clientActions as string[][]),
      message: oneOf("messages", serverMessages as string[][]),
      actions: Object.fromEntries(clientActions),
      messages: Object.fromEntries(serverMessages),
    },
  };
}

const room = { type: ["string", "number"] };
const count = { type: "integer", minimum: 0 };
const object = (properties: Record<string, object>, optional: string[] = []) => ({
  type: "object",
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
});

const answers = {
  Receipt: object({
    matched: count,
    delivered: count,
    gone: count,
    throttled: count,
    failed: count,
  }),
  Done: object({}),
  Sockets: object({
    sockets: {
      type: "array",
      items: object({
        id: { type: "string" },
        rooms: { type: "array", items: room },
        data: { type: "object" },
        handshake: { type: "object" },
      }),
    },
  }),
  Rooms: object({ rooms: { type: "array", items: object({ room, members: count }) } }),
  Members: object(
    { count, members: { type: "array", items: { type: "string" } }, next: { type: "string" } },
    ["next"],
  ),
  Error: object({
    error: object({
      code: { enum: ["bad_request", "not_found", "invalid_namespace", "too_large", "internal"] },
      message: { type: "string" },
    }),
  }),
};

function openApi(): object {
  const post = (summary: string, body: keyof typeof bodies, answer: keyof typeof answers) => ({
    summary,
    requestBody: {
      required: true,
      content: { "application/json": { schema: { $ref: `#/components/schemas/${body}` } } },
    },
    responses: responses(answer),
  });
  const get = (summary: string, answer: keyof typeof answers, parameters: object[] = []) => ({
    summary,
    parameters,
    responses: responses(answer),
  });
  const inPath = (name: string, description: string) => ({
    ...{ name, in: "path", required: true, description },
    schema: { type: "string" },
  });
  const namespace = inPath(
    "namespace",
    "Percent-encoded; its first slash may be left out. `%2F` is the main one.",
  );
  return {
    openapi: "3.1.0",
    info: {
      title: "Lambda Rooms: publish",
      version: "1",
      description:
        "The function URL of the stack's output `PublishUrl`. Requests are signed with AWS Signature Version 4, service `lambda`.",
    },
    servers: [
      {
        url: "https://{id}.lambda-url.{region}.on.aws",
        variables: { id: { default: "id" }, region: { default: "us-east-1" } },
      },
    ],
    security: [{ sigv4: [] }],
    paths: {
      "/emit": {
        post: post("Sends an event to rooms, or to everyone in a namespace.", "emit", "Receipt"),
      },
      "/rooms/{namespace}": {
        parameters: [namespace],
        get: get("Lists rooms with how many members each has.", "Rooms"),
      },
      "/rooms/{namespace}/{room}": {
        parameters: [namespace, inPath("room", "Percent-encoded.")],
        post: post("Sends an event to one room.", "emitToRoom", "Receipt"),
        get: get("Counts a room's members and lists some of them.", "Members", [
          {
            name: "limit",
            in: "query",
            schema: { type: "integer", minimum: 1, maximum: 1000, default: 100 },
          },
          {
            name: "after",
            in: "query",
            description: "The `next` of the page before.",
            schema: { type: "string" },
          },
        ]),
      },
      "/sockets/join": { post: post("Makes sockets join rooms.", "join", "Done") },
      "/sockets/leave": { post: post("Makes sockets leave rooms.", "leave", "Done") },
      "/sockets/disconnect": {
        post: post("Disconnects sockets, each on its own lane.", "disconnect", "Done"),
      },
      "/sockets/fetch": { post: post("Describes sockets, 1,000 at most.", "fetch", "Sockets") },
    },
    components: {
      securitySchemes: {
        sigv4: {
          type: "apiKey",
          in: "header",
          name: "Authorization",
          description: "AWS Signature Version 4",
        },
      },
      schemas: {
        ...Object.fromEntries(
          Object.entries(bodies).map(([name, schema]) => [name, schemaOf(schema)]),
        ),
        ...answers,
      },
    },
  };
}

function responses(answer: keyof typeof answers): object {
  const json = (name: keyof typeof answers) => ({
    "application/json": { schema: { $ref: `#/components/schemas/${name}` } },
  });
  return {
    "200": { description: "Carried out.", content: json(answer) },
    "4XX": { description: "Refused; nothing happened.", content: json("Error") },
    "500": { description: "It failed, perhaps in part.", content: json("Error") },
  };
}
