import type { Room } from "../../../src/ports";
import { tagRoom } from "../../../src/room-tag";
import { address, connect, load, loadRooms, recoverable, socket } from "./records";
import { idsOf, type Setup, useStore } from "./setup";

export function testJoins(setup: Setup): void {
  describe("joining and leaving", () => {
    const stores = useStore(setup);
    const inRoom = (room: Room) => idsOf(stores().store.members("/chat", room));

    test("numbers and strings are different rooms, and any name is a room", async () => {
      await connect(stores());
      const names = [5, "5", "", "a,b", "é\u0000\n", "__proto__", -1.5];
      await stores().store.join(address, names);
      expect(await loadRooms(stores())).toEqual(expect.arrayContaining(names));
      await stores().store.leave(address, [5]);
      expect(await inRoom(5)).toEqual([]);
      expect(await inRoom("5")).toEqual(["socket-1"]);
      expect(await loadRooms(stores())).not.toContain(5);
    });

    test("what cannot be a room is refused with what was got, and nothing is joined", async () => {
      await connect(stores());
      const { store } = stores();
      await expect(store.join(address, ["b", {} as string])).rejects.toThrow("got object");
      await expect(store.join(address, ["x".repeat(3000)])).rejects.toThrow(/1023 bytes at most/);
      await expect(store.join(address, ["x".repeat(3000)])).rejects.toThrow(RangeError);
      await expect(store.join(address, ["\ud800"])).rejects.toThrow(TypeError);
      expect(await inRoom("b")).toEqual([]);
      expect(await load(stores())).toEqual(socket);
    });

    test("both may be repeated, and name the rooms that they have changed", async () => {
      await connect(stores());
      const { store } = stores();
      for (let i = 0; i < 2; i++) {
        const change = await store.join(address, ["b", "b", "a"]);
        expect(change).toEqual({ rooms: i ? [] : ["b"], isCertain: true });
      }
      expect(await inRoom("b")).toHaveLength(1);
      for (let i = 0; i < 2; i++) {
        const change = await store.leave(address, ["b", "b", "nowhere"]);
        expect(change).toEqual({ rooms: i ? [] : ["b"], isCertain: true });
      }
      expect(await inRoom("b")).toEqual([]);
    });

    test("no rooms are no change", async () => {
      await connect(stores());
      expect(await stores().store.join(address, [])).toEqual({ rooms: [], isCertain: true });
      expect(await stores().store.leave(address, [])).toEqual({ rooms: [], isCertain: true });
      expect(await load(stores())).toEqual(socket);
    });

    test("hundreds of rooms are joined and left at a time", async () => {
      await connect(stores());
      const rooms = Array.from({ length: 230 }, (_, n) => `room ${n}`);
      expect((await stores().store.join(address, rooms)).rooms).toHaveLength(230);
      expect((await loadRooms(stores())).length).toBe(232);
      expect(await inRoom("room 229")).toEqual(["socket-1"]);
      expect((await stores().store.leave(address, rooms)).rooms).toHaveLength(230);
      expect(await loadRooms(stores())).toEqual(["socket-1", "a"]);
    });

    test("two that join at once are both in the room, and each names its own", async () => {
      await connect(stores());
      const { store } = stores();
      const changes = await Promise.all([store.join(address, ["b"]), store.join(address, ["b"])]);
      expect(changes.flatMap(({ rooms }) => rooms)).toEqual(["b"]);
      expect(await inRoom("b")).toEqual(["socket-1"]);
    });
  });

  describe("what a session can have heard", () => {
    const stores = useStore(setup);
    const hearing = async () => (await load(stores()))?.hearing;

    test("a join notes when, and a room that it is in keeps its own time", async () => {
      await connect(stores(), recoverable);
      await stores().store.join(address, ["b"], "5");
      await stores().store.join(address, ["b", "c"], "7");
      expect(await hearing()).toEqual({
        after: "1",
        joined: new Map([
          [tagRoom("b"), "5"],
          [tagRoom("c"), "7"],
        ]),
      });
    });

    test("a leave takes the room's time away and notes its own", async () => {
      await connect(stores(), recoverable);
      await stores().store.join(address, ["b", "c"], "5");
      await stores().store.leave(address, ["b"], "6");
      expect(await hearing()).toEqual({
        after: "1",
        joined: new Map([[tagRoom("c"), "5"]]),
        left: "6",
      });
    });

    test("without a time nothing is noted", async () => {
      await connect(stores(), recoverable);
      await stores().store.join(address, ["b"]);
      await stores().store.leave(address, ["a"]);
      expect(await hearing()).toEqual(recoverable.hearing);
    });

    test("a socket of an earlier version begins to be noted with its next join", async () => {
      await connect(stores());
      await stores().store.join(address, ["b"], "5");
      expect(await hearing()).toEqual({ after: "", joined: new Map([[tagRoom("b"), "5"]]) });
    });

    test("a renewed token changes until when it hears, and leaves times alone", async () => {
      await connect(stores(), recoverable);
      await stores().store.join(address, ["b"], "5");
      const joined = new Map([[tagRoom("b"), "5"]]);
      const deaf = ["7", "8"] as const;
      await stores().store.saveHearing(address, { after: "9", joined: new Map(), until: 10, deaf });
      expect(await hearing()).toEqual({ after: "9", joined, until: 10, deaf: ["7", "8"] });
      await stores().store.saveHearing(address, { after: "9", joined: new Map() });
      expect(await hearing()).toEqual({ after: "9", joined, deaf: ["7", "8"] });
    });

    test("is not made of nothing: a socket without it, or another socket, keeps none", async () => {
      await connect(stores());
      await stores().store.saveHearing(address, { after: "9", joined: new Map() });
      expect(await load(stores())).toEqual(socket);
    });
  });
}
