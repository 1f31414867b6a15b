import { randomBytes } from "node:crypto";
import type { Member } from "../../../src/ports";
import { sessionIdOf } from "../../../src/session-id";
import { address, connect, connection, PID, recoverable } from "./records";
import { all, idsOf, passTime, type Setup, useStore } from "./setup";

const QUARTER_MS = 15 * 60 * 1000;

export function testMembers(setup: Setup): void {
  describe("members", () => {
    const stores = useStore(setup);
    const member = { socketId: "socket-1", connectionId: "c1=", protocol: "json" };

    test("a socket is one of its rooms and of its namespace", async () => {
      await connect(stores());
      const { store } = stores();
      expect(await all(store.members("/chat", "a"))).toEqual([member]);
      expect(await all(store.members("/chat", "socket-1"))).toEqual([member]);
      expect(await all(store.everyone("/chat"))).toEqual([member]);
      expect(await all(store.members("/", "a"))).toEqual([]);
      expect(await all(store.everyone("/"))).toEqual([]);
    });

    test("carry until when they hear, and the last membership that was written counts", async () => {
      await connect(stores());
      const { store } = stores();
      await store.completeSocket({ ...address, until: 99 }, { rooms: new Set(["a"]) });
      expect(await all(store.members("/chat", "a"))).toEqual([{ ...member, until: 99 }]);
      await store.completeSocket(address, { rooms: new Set(["a"]) });
      expect(await all(store.members("/chat", "a"))).toEqual([member]);
    });

    test("of a session that is being restored are marked, and expire after a quarter of an hour", async () => {
      const { store } = stores();
      await store.expectSocket(address, ["a"], "session");
      const marked = { ...member, recoveryMark: { sessionId: "session" } };
      expect(await all(store.members("/chat", "a"))).toEqual([marked]);
      expect(await all(store.everyone("/chat"))).toEqual([marked]);
      expect((await store.memberPage("/chat", "a", { limit: 5 })).items).toEqual([marked]);
      passTime(QUARTER_MS + 1000);
      expect(await all(store.members("/chat", "a"))).toEqual([]);
      expect(await all(store.everyone("/chat"))).toEqual([]);
      expect((await store.memberPage("/chat", "a", { limit: 5 })).items).toEqual([]);
    });

    test("that were restored have the last offset that they were sent, and do not expire", async () => {
      await stores().store.open(connection);
      const { store } = stores();
      await store.expectSocket(address, ["a"], sessionIdOf(PID));
      await store.addSocket(address, recoverable, ["3", "5"]);
      passTime(QUARTER_MS + 1000);
      const recoveryMark = { sessionId: sessionIdOf(PID), until: "5" };
      expect(await all(store.members("/chat", "a"))).toEqual([{ ...member, recoveryMark }]);
    });

    test("of thousands come page by page, each once, in the order of their ids", async () => {
      const ids = Array.from({ length: 12_000 }, () => randomBytes(15).toString("base64url"));
      await stores().fill("/chat", "r".repeat(60), ids);
      const pages: (readonly Member[])[] = [];
      for await (const page of stores().store.members("/chat", "r".repeat(60))) pages.push(page);
      expect(pages.length).toBeGreaterThan(1);
      expect(pages.flat().map(({ socketId }) => socketId)).toEqual([...ids].sort());
      const [first = []] = pages;
      const estimate = stores().store.estimate("/chat", "r".repeat(60), first);
      expect(estimate).toBeGreaterThan(12_000 * 0.9);
      expect(estimate).toBeLessThan(12_000 * 1.1);
    });

    test("of what cannot be a room are not everyone", async () => {
      await connect(stores());
      const { store } = stores();
      for (const room of [undefined, null, {}] as unknown as string[]) {
        const read = async () => all(store.members("/chat", room));
        await expect(read()).rejects.toThrow(TypeError);
        const page = async () => store.memberPage("/chat", room, { limit: 1 });
        await expect(page()).rejects.toThrow(TypeError);
      }
    });

    test("of a room are listed from any of them on, and the pages together are all", async () => {
      const ids = ["a", "b", "c", "d", "e"];
      await stores().fill("/chat", "r", ids);
      const { store } = stores();
      const first = await store.memberPage("/chat", "r", { limit: 2 });
      expect(first.items.map(({ socketId }) => socketId)).toEqual(["a", "b"]);
      const seen: string[] = [];
      let after: string | undefined;
      do {
        const page = await store.memberPage("/chat", "r", { limit: 2, after });
        seen.push(...page.items.map(({ socketId }) => socketId));
        after = page.next;
      } while (after !== undefined);
      expect(seen).toEqual(ids);
      expect(await store.memberPage("/chat", "r", { limit: 2, after: "e" })).toEqual({ items: [] });
      expect(await store.memberPage("/chat", "nowhere", { limit: 2 })).toEqual({ items: [] });
    });

    test("of a small room are estimated as many as there are", async () => {
      await stores().fill("/chat", "r", ["a", "b", "c"]);
      const page = await all(stores().store.members("/chat", "r"));
      expect(stores().store.estimate("/chat", "r", page)).toBe(3);
    });

    test("of a namespace come each once, however many rooms they are in", async () => {
      const { store } = stores();
      const ids = Array.from({ length: 40 }, () => randomBytes(15).toString("base64url"));
      for (const socketId of ids) {
        await store.completeSocket({ ...address, socketId }, { rooms: new Set([socketId, "a"]) });
      }
      expect((await idsOf(store.everyone("/chat"))).sort()).toEqual([...ids].sort());
    });
  });
}
