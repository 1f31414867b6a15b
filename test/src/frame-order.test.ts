import { type LaneRecord, readLanes } from "../../src/lanes/read-lanes";

/** API Gateway may hand frames to SQS in another order than it received them. */

const record = (id: string, event: object): LaneRecord => ({
  messageId: id,
  body: JSON.stringify({ connectionId: "a", requestId: id, body: "eA==", ...event }),
});
const frame = (id: string, at: number) => record(id, { type: "frame", at });
const idsOf = (records: LaneRecord[]) =>
  readLanes(records)
    .lanes.get("a")
    ?.map(({ messageId }) => messageId);

test("frames of a batch are handled in the order of their requests", () => {
  expect(idsOf([frame("third", 30), frame("first", 10), frame("second", 20)])).toEqual([
    "first",
    "second",
    "third",
  ]);
});

test("frames of the same millisecond stay as they came", () => {
  expect(idsOf([frame("b", 10), frame("a", 10), frame("c", 10)])).toEqual(["b", "a", "c"]);
});

test("no frame passes what opens or ends the connection", () => {
  const open = record("open", { type: "open" });
  const close = record("close", { type: "close", cause: { type: "swept" } });
  const batch = [frame("x", 50), open, frame("b", 20), frame("a", 10), close, frame("y", 1)];
  expect(idsOf(batch)).toEqual(["x", "open", "a", "b", "close", "y"]);
});
