import { checkState } from "./check-state";
import type { Said } from "./talker";

const one: Said = { room: "red", sender: "c1", socket: "s", n: 1, at: 5 };
const two: Said = { ...one, n: 2 };
const state = (...names: string[]) => ({
  ...{ said: names, noted: names, changes: names.length },
  byRoom: { red: names },
});

test("finds nothing where each change is there once", () => {
  expect(checkState(state("c1/s/1", "c1/s/2"), [one, two], [])).toEqual([]);
});

test("finds what is lost, twice or in the wrong order", () => {
  expect(checkState(state("c1/s/1"), [one, two], [])).toEqual(["not in the state: c1/s/2"]);
  expect(checkState(state("c1/s/2", "c1/s/1"), [], [])).toEqual([
    "in the state before an earlier one: c1/s/1",
  ]);
  expect(checkState(state("c1/s/1", "c1/s/1"), [], [])).toContain("in the state twice: c1/s/1");
  expect(checkState({ ...state("c1/s/1"), noted: [] }, [], [])).toEqual([
    "no timer has fired: c1/s/1",
  ]);
  expect(checkState({ ...state("c1/s/1"), changes: 2 }, [], [])).toEqual([
    "1 changes were counted as 2",
  ]);
});

test("a dead letter explains what is not there", () => {
  const body = Buffer.from(`421${JSON.stringify(["emit", { args: [two] }])}`).toString("base64");
  expect(checkState(state("c1/s/1"), [one, two], [JSON.stringify({ body })])).toEqual([]);
});
