import { inspect } from "node:util";
import { RoomIndex } from "../../src/adapter/room-index";

test("rooms look as those of Socket.IO where an application prints them", () => {
  const { sids, rooms } = new RoomIndex();
  sids.set("a", new Set(["a", "lobby"]));
  expect(inspect(sids.get("a"))).toBe("Set(2) { 'a', 'lobby' }");
  expect(inspect(sids, { depth: 1 })).toBe("Map(1) { 'a' => Set(2) { 'a', 'lobby' } }");
  expect(inspect({ sids, rooms }, { depth: 0 })).toBe("{ sids: [Map], rooms: [Map] }");
});
