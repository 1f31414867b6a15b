import type { LaneEvent } from "../../src/lanes/events";
import { AckIds } from "../../src/socketio/ack-ids";
import { World } from "../support/world";

/** Frames of the default parser on the ack lane, in batches of any size, delivered once or again. */

let world: World;
beforeEach(async () => {
  world = await World.of(() => {});
  await world.connect("a=");
});
afterEach(() => world.close());

/** A question that a function has asked, by a number of the test's. */
const idOf = (question: number) => new AckIds("").make("/", question);
const header = (question: number, count: number) =>
  `46${count}-${idOf(question)}${JSON.stringify(Array.from({ length: count }, (_, num) => ({ _placeholder: true, num })))}`;
const attachment = (text: string) => `b${Buffer.from(text).toString("base64")}`;

let count = 0;
const frame = (text: string): LaneEvent => ({
  type: "ack",
  connectionId: "a=",
  requestId: `request ${count++}`,
  at: count,
  body: Buffer.from(text).toString("base64"),
});
const again = (event: LaneEvent): LaneEvent => ({ ...event, redelivered: true });

async function answered(question: number): Promise<string[] | undefined> {
  const [answer] = await world.table.ackStore.read("/", idOf(question));
  return answer?.args.map(String);
}

test("a frame that was kept and comes again counts once", async () => {
  const [first, second, third] = [header(1, 2), attachment("x"), attachment("y")].map(frame) as [
    LaneEvent,
    LaneEvent,
    LaneEvent,
  ];
  await world.handle("a=", [first]);
  await world.handle("a=", [second]);
  await world.handle("a=", [again(second)]);
  expect(await answered(1)).toBeUndefined();
  await world.handle("a=", [third]);
  expect(await answered(1)).toEqual(["x", "y"]);
});

test("the end of an ack that comes again does not join the next one", async () => {
  const [first, end, next] = [header(1, 1), attachment("x"), header(2, 1)].map(frame) as [
    LaneEvent,
    LaneEvent,
    LaneEvent,
  ];
  await world.handle("a=", [first]);
  await world.handle("a=", [end, next]);
  await world.handle("a=", [again(end)]);
  await world.handle("a=", [again(next)]);
  await world.handle("a=", [frame(attachment("y"))]);
  expect([await answered(1), await answered(2)]).toEqual([["x"], ["y"]]);
});

test("an ack of which a frame is missing does not take those of the next event", async () => {
  await world.acks("a=", header(1, 2), attachment("x"));
  await world.acks("a=", '451-["event",{"_placeholder":true,"num":0}]');
  await world.acks("a=", attachment("y"));
  await world.acks("a=", header(2, 1), attachment("z"));
  expect([await answered(1), await answered(2)]).toEqual([undefined, ["z"]]);
});
