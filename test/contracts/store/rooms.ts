import type { Room } from "../../../src/ports";
import { all, type Setup, useStore } from "./setup";

export function testRooms(setup: Setup): void {
  describe("rooms", () => {
    const stores = useStore(setup);
    const addressOf = (socketId: string) => ({
      ...{ namespace: "/", socketId, connectionId: `${socketId}=`, protocol: "json" as const },
    });
    const count = (room: Room = "r") => stores().rooms.count("/", room);
    const list = async () =>
      (await all(stores().rooms.list("/"))).map(({ room, members }) => [room, members]);

    /** Writes a membership and then counts it, as the adapter does. */
    async function enter(socketId: string, isRepeated = false, room: Room = "r") {
      await stores().store.completeSocket(addressOf(socketId), { rooms: new Set([room]) });
      return stores().rooms.enter("/", room, isRepeated);
    }
    const remove = (socketId: string, room: Room = "r") =>
      stores().store.forget({ ...addressOf(socketId), room });
    const leave = (isRepeated = false, room: Room = "r") =>
      stores().rooms.leave("/", room, isRepeated);

    test("are created by the first that enters and deleted by the last that leaves", async () => {
      expect(await count()).toBe(0);
      expect([await enter("a"), await enter("b")]).toEqual([true, false]);
      expect(await count()).toBe(2);
      await remove("a");
      expect(await leave()).toBe(false);
      await remove("b");
      expect(await leave()).toBe(true);
      expect(await count()).toBe(0);
      expect(await list()).toEqual([]);
      expect(await enter("c")).toBe(true);
    });

    test("that no member has entered are not deleted", async () => {
      expect(await leave()).toBe(false);
      expect(await leave(true)).toBe(false);
      expect(await stores().rooms.release("/", "r")).toBe(false);
      expect(await list()).toEqual([]);
    });

    test("of many that come and go at once, one creates and one deletes", async () => {
      const ids = Array.from({ length: 10 }, (_, n) => `s${n}`);
      const created = await Promise.all(ids.map((id) => enter(id)));
      expect(created.filter(Boolean)).toHaveLength(1);
      expect(await count()).toBe(10);
      const deleted = await Promise.all(
        ids.map(async (id) => {
          await remove(id);
          return leave();
        }),
      );
      expect(deleted.filter(Boolean)).toHaveLength(1);
      expect(await list()).toEqual([]);
    });

    test("are listed with their sizes, numbers apart from strings", async () => {
      await enter("a", false, 5);
      await enter("a", false, "5");
      await enter("b", false, "5");
      expect(new Map((await list()) as [Room, number][])).toEqual(
        new Map<Room, number>([
          [5, 1],
          ["5", 2],
        ]),
      );
      expect(await all(stores().rooms.list("/chat"))).toEqual([]);
    });

    test("count right when an enter is repeated that was counted, or was not", async () => {
      await enter("a");
      expect(await enter("a", true)).toBe(false);
      expect(await count()).toBe(1);
      expect(await enter("b", true)).toBe(false);
      expect(await count()).toBe(2);
      expect(await list()).toEqual([["r", 2]]);
    });

    test("count right when a leave is repeated", async () => {
      for (const id of ["a", "b"]) await enter(id);
      await remove("a");
      expect(await leave()).toBe(false);
      expect(await leave(true)).toBe(false);
      expect(await count()).toBe(1);
      await remove("b");
      expect(await leave()).toBe(true);
    });

    test("that were in doubt are deleted once", async () => {
      await enter("a");
      await enter("a", true);
      await remove("a");
      expect(await leave()).toBe(true);
      expect(await leave(true)).toBe(false);
      expect(await stores().rooms.release("/", "r")).toBe(false);
      expect(await list()).toEqual([]);
    });

    test("that were in doubt do not count who has left them in the next one of their name", async () => {
      await enter("a");
      await enter("b");
      await enter("b", true);
      await remove("a");
      await remove("b");
      expect(await leave()).toBe(true);
      expect(await count()).toBe(0);
      expect(await enter("c")).toBe(true);
      expect(await enter("d")).toBe(false);

      // Only now the other one is counted.
      expect(await leave()).toBe(false);

      expect(await count()).toBe(2);
    });

    test("stay while a membership is there that was never counted, and go with it", async () => {
      await enter("a");
      // A session that is being restored is a member, and enters only when it is connected.
      await stores().store.expectSocket(addressOf("b"), ["r"], "session");
      await remove("a");
      expect(await leave()).toBe(false);
      expect(await stores().rooms.release("/", "r")).toBe(false);
      await remove("b");
      expect(await stores().rooms.release("/", "r")).toBe(true);
      expect(await stores().rooms.release("/", "r")).toBe(false);
      expect(await list()).toEqual([]);
    });

    test("with members that are counted are not released", async () => {
      await enter("a");
      expect(await stores().rooms.release("/", "r")).toBe(false);
      expect(await count()).toBe(1);
    });
  });
}
