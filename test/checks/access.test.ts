import path from "node:path";
import { findOpenRooms } from "../../checks/access";
import { roomsStack } from "../lib/support";

const entry = path.join(__dirname, "fixtures/open-rooms.ts");

test("finds managed rooms that do not say who may enter", () => {
  const file = "test/checks/fixtures/open-rooms.ts";
  expect(findOpenRooms(entry)).toEqual([`${file}:10:1`, `${file}:11:1`, `${file}:12:1`]);
  expect(findOpenRooms("apps/chat.ts")).toEqual([]);
});

test("synth refuses them, naming the places and the two ways out", () => {
  expect(() => roomsStack({ entry })).toThrow(
    /open-rooms\.ts:10:1[\s\S]*jwtAuth[\s\S]*access: "open"/,
  );
});

test("synth lets open rooms pass where that is said out loud", () => {
  expect(() => roomsStack({ entry: "apps/chat.ts" })).not.toThrow();
});
