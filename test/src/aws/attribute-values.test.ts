import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import fc from "fast-check";
import { type AttributeMap, fromAttributes, toAttributes } from "../../../src/aws/attribute-values";

const OPTIONS = { removeUndefinedValues: true } as const;

/** AWS's library takes this one for the prototype. */
const name = fc.string().filter((text) => text !== "__proto__");
const leaf = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, min: -1e9, max: 1e9 }),
  fc.boolean(),
  fc.constant(null),
  fc.constant(undefined),
  fc.uniqueArray(fc.string(), { minLength: 1 }).map((all) => new Set(all)),
  fc.uniqueArray(fc.integer(), { minLength: 1 }).map((all) => new Set(all)),
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    leaf,
    fc.array(tie("value")),
    fc.dictionary(name, tie("value"), { noNullPrototype: true }),
  ),
}));
const item = fc.dictionary(name, value, { noNullPrototype: true });

test("values are written and read as AWS's library does", () => {
  fc.assert(
    fc.property(item, (one) => {
      const attributes = toAttributes(one as Record<string, unknown>);
      expect(attributes).toEqual(marshall(one as Record<string, unknown>, OPTIONS));
      expect(fromAttributes(attributes)).toEqual(unmarshall(attributes as never));
    }),
  );
});

test("a property that is named as the prototype is one like others", () => {
  const hostile = JSON.parse('{"data":{"__proto__":{"isAdmin":true},"a":1}}') as Record<
    string,
    unknown
  >;
  const attributes = JSON.parse(JSON.stringify(toAttributes(hostile))) as AttributeMap;
  const back = fromAttributes(attributes) as { readonly data: Record<string, unknown> };
  expect(JSON.stringify(back)).toBe(JSON.stringify(hostile));
  expect(Object.getPrototypeOf(back.data)).toBe(Object.prototype);
  expect(back.data.isAdmin).toBeUndefined();
});

test("bytes travel in base64", () => {
  const bytes = Buffer.from([0, 255, 3]).subarray(1);
  const attributes = toAttributes({ one: bytes, all: new Set([bytes]), list: [bytes] });
  expect(attributes).toEqual({
    one: { B: "/wM=" },
    all: { BS: ["/wM="] },
    list: { L: [{ B: "/wM=" }] },
  });
  const travelled = JSON.parse(JSON.stringify(attributes)) as AttributeMap;
  expect(fromAttributes(travelled)).toEqual({ one: bytes, all: new Set([bytes]), list: [bytes] });
});

test.each([
  [{ a: Number.NaN }, /a number that keeps its value, got NaN/],
  [{ a: 2 ** 53 }, /a number that keeps its value, got 9007199254740992/],
  [{ a: new Set() }, /a set of something/],
  [{ a: new Set(["x", 1]) }, /a set of texts, numbers or bytes/],
  [{ a: () => 1 }, /what DynamoDB can hold, got function/],
  [{ a: [Symbol("x")] }, /what DynamoDB can hold, got symbol/],
])("what DynamoDB cannot hold is refused: %o", (one, message) => {
  expect(() => toAttributes(one)).toThrow(message);
});
