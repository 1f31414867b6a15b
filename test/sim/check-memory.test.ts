import { checkMemory } from "./check-memory";
import type { Talker } from "./talker";

const said = (n: number) => ({ namespace: "/", room: "red", sender: "t0", connection: "c", n });
const talker = {
  acknowledged: [1, 2].map((n) => ({ ...said(n), at: 0, doneAt: 1 })),
  options: { isGreedy: false },
} as unknown as Talker;
const memory = (...names: string[]) => new Map([["msaid", JSON.stringify(names)]]);

test("a memory that holds each acknowledged change once is as it should be", () => {
  expect(checkMemory(memory("t0/1", "t0/2"), [talker], [])).toEqual([]);
});

test("a change that is missing is reported, unless its event is a dead letter", () => {
  expect(checkMemory(memory("t0/2"), [talker], [])).toEqual(["not in the memory: t0/1"]);
  expect(checkMemory(memory("t0/2"), [talker], ['42["say",{"n":1}]'])).toEqual([]);
});

test("a change that happened twice is reported", () => {
  expect(checkMemory(memory("t0/1", "t0/2", "t0/1"), [talker], [])).toEqual([
    "in the memory twice: t0/1",
  ]);
});
