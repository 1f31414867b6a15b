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
  const dead = '42["say",{"sender":"t0","n":1,"connection":"c"}]';
  expect(checkMemory(memory("t0/2"), [talker], [dead])).toEqual([]);
});

test("a dead letter of another sender, or of another change, excuses nothing", () => {
  for (const other of ['"sender":"t1","n":1,', '"sender":"t0","n":12,']) {
    expect(checkMemory(memory("t0/2"), [talker], [`42["say",{${other}"connection":"c"}]`])).toEqual(
      ["not in the memory: t0/1"],
    );
  }
});

test("changes of one connection that are not in its order are reported", () => {
  expect(checkMemory(memory("t0/2", "t0/1"), [talker], [])).toEqual([
    "in the memory before an earlier change of c: t0/2",
  ]);
});

test("changes of two connections of a client may change places", () => {
  const again = { ...said(3), connection: "d", at: 2, doneAt: 3 };
  const both = { ...talker, acknowledged: [...talker.acknowledged, again] } as Talker;
  expect(checkMemory(memory("t0/1", "t0/3", "t0/2"), [both], [])).toEqual([]);
});

test("a change that happened twice is reported", () => {
  expect(checkMemory(memory("t0/1", "t0/2", "t0/1"), [talker], [])).toEqual([
    "in the memory twice: t0/1",
  ]);
});
