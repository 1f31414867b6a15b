import { readFileSync } from "node:fs";
import path from "node:path";
import Ajv, { type ValidateFunction } from "ajv/dist/2020";
import { documents } from "../../docs/schemas";
import { decodeAction } from "../../src/protocols/json/actions";

const docs = path.join(__dirname, "../../docs");

test.each(Object.keys(documents()))(
  "%s is what the validators say; else: npm run schema",
  (name) => {
    expect(JSON.parse(readFileSync(path.join(docs, name), "utf8"))).toEqual(documents()[name]);
  },
);

const ajv = new Ajv({ strict: false });
ajv.addSchema(documents()["protocol.schema.json"] as object, "protocol");
const action = ajv.getSchema("protocol#/$defs/action") as ValidateFunction;
const message = ajv.getSchema("protocol#/$defs/message") as ValidateFunction;

/** Every JSON object that stands alone on a line of protocol.md, with `<` and `>` as in wscat. */
const examples = readFileSync(path.join(docs, "protocol.md"), "utf8")
  .split("\n")
  .flatMap((line) => /^(?:2?[<>] )?(\{.*\})$/.exec(line)?.[1] ?? [])
  // In its place stands a number.
  .map((text) => text.replace(/"ack":\d+…/, '"ack":1'));

test("protocol.md has examples of every action and message", () => {
  const { $defs } = documents()["protocol.schema.json"] as {
    $defs: Record<"actions" | "messages", object>;
  };
  const parsed = examples.map((text) => JSON.parse(text));
  const names = (key: string) => [...new Set(parsed.map((one) => one[key]).filter(Boolean))].sort();
  expect(names("action")).toEqual(Object.keys($defs.actions).sort());
  expect(names("type")).toEqual(Object.keys($defs.messages).sort());
});

test.each(examples)("%s is as the schema says", (text) => {
  const value = JSON.parse(text);
  const validate = "action" in value ? action : message;
  expect([validate(value), validate.errors]).toEqual([true, null]);
  if ("action" in value) expect(decodeAction(text, "/").ok).toBe(true);
});

test.each([
  '{"action":"join"}',
  '{"action":"send","room":"r","event":"connect"}',
  '{"action":"send","room":"r","event":"rooms:x"}',
  '{"action":"members","room":"r","limit":1001}',
  '{"action":"connect","namespace":"chat"}',
  '{"action":"nothing"}',
])("%s is refused by the schema and by the validator", (text) => {
  expect(action(JSON.parse(text))).toBe(false);
  expect(decodeAction(text, "/").ok).toBe(false);
});
