import type { Incoming } from "./language";
import { ordersOf } from "./orders";

const say = (id: string): Incoming => ({ type: "frame", id, text: '42["x"]' });
const close = (id: string): Incoming => ({ type: "close", id });

test("what clients say keeps its order", () => {
  expect([...ordersOf([say("a"), say("b"), say("a")])]).toEqual([[0, 1, 2]]);
});

test("an end may be handled after what others have sent behind it, and not before", () => {
  expect([...ordersOf([say("a"), close("a"), say("b")])]).toEqual([
    [0, 1, 2],
    [0, 2, 1],
  ]);
});

test("what one connection sends keeps its order", () => {
  expect([...ordersOf([close("a"), close("b")])]).toHaveLength(2);
  const connect: Incoming[] = [
    { type: "open", id: "a" },
    { type: "frame", id: "a", text: "40" },
  ];
  expect([...ordersOf(connect)]).toEqual([[0, 1]]);
});
