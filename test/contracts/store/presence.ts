import { passTime, type Setup, useStore } from "./setup";

export function testPresence(setup: Setup): void {
  describe("presence", () => {
    const stores = useStore(setup);
    const who = (socketId: string, name = "ada") => ({ name, socketId });
    const appear = (socketId: string, name?: string, room = "r") =>
      stores().presence.enter("/", room, who(socketId, name));
    const vanish = (socketId: string, name?: string) =>
      stores().presence.leave("/", "r", who(socketId, name));
    const settle = (since: string, name = "ada") =>
      stores().presence.confirmLeave("/", "r", name, since);

    test("a name appears with the first of its sockets, in each room and under each name", async () => {
      expect([await appear("s1"), await appear("s2"), await appear("s1")]).toEqual([
        ...[true, false, false],
      ]);
      expect(await appear("s1", "bob")).toBe(true);
      expect(await appear("s1", "ada", "other")).toBe(true);
      expect(await stores().presence.enter("/chat", "r", who("s1"))).toBe(true);
    });

    test("a name appears once of many at once", async () => {
      const all = await Promise.all(["s1", "s2", "s3"].map((id) => appear(id)));
      expect(all.filter(Boolean)).toHaveLength(1);
    });

    test("a name vanishes with the last of its sockets", async () => {
      for (const id of ["s1", "s2"]) await appear(id);
      expect(await vanish("s1")).toBeUndefined();
      expect(await vanish("s2")).toEqual(expect.any(String));
    });

    test("a socket that is not there, or has gone before, is not the last", async () => {
      expect(await vanish("s1")).toBeUndefined();
      await appear("s1");
      expect(await vanish("s2")).toBeUndefined();
      expect(await vanish("s1", "bob")).toBeUndefined();
      await vanish("s1");
      expect(await vanish("s1")).toBeUndefined();
    });

    test("a name that is away is settled by exactly one caller", async () => {
      await appear("s1");
      const since = (await vanish("s1")) as string;
      expect(await settle("another time")).toBe(false);
      expect(await settle(since, "bob")).toBe(false);
      const settled = await Promise.all([settle(since), settle(since)]);
      expect(settled.filter(Boolean)).toHaveLength(1);
      expect(await stores().size()).toBe(0);
      expect(await appear("s1")).toBe(true);
    });

    test("a name that comes back in time is not settled, and has not appeared anew", async () => {
      await appear("s1");
      const since = (await vanish("s1")) as string;
      expect(await appear("s2")).toBe(false);
      expect(await settle(since)).toBe(false);
      const later = (await vanish("s2")) as string;
      expect(later).not.toBe(since);
      expect(await settle(since)).toBe(false);
      expect(await settle(later)).toBe(true);
    });

    test("an absence that no function has settled within twenty minutes is over", async () => {
      await appear("s1");
      await vanish("s1");
      passTime(19 * 60_000);
      expect(await appear("s1")).toBe(false);
      await vanish("s1");
      passTime(21 * 60_000);
      expect(await appear("s1")).toBe(true);
    });
  });
}
