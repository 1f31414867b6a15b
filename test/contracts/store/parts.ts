import { randomBytes } from "node:crypto";
import type { Progress, SharedPacket } from "../../../src/ports";
import { address } from "./records";
import { type Setup, useStore } from "./setup";

export function testParts(setup: Setup): void {
  describe("broadcasts that several functions send", () => {
    const stores = useStore(setup);
    const packet: SharedPacket = {
      namespace: "/chat",
      room: 5,
      encoded: ["451-text", Buffer.from([0, 255])],
      offset: "1",
      hidden: ["socket-9"],
    };
    const progress = (after: string, isDone = false): Progress => ({
      after,
      counts: { delivered: 1, gone: 2, throttled: 3, failed: 4 },
      isDone,
    });

    test("keep their packet, in whole and with what is absent", async () => {
      const { fanOutJobs } = stores();
      await fanOutJobs.keep("b1", packet);
      expect(await fanOutJobs.packet("b1")).toEqual(packet);
      const plain = { namespace: "/", encoded: ["text"], hidden: [] };
      await fanOutJobs.keep("b2", plain);
      expect(await fanOutJobs.packet("b2")).toEqual(plain);
      expect(await fanOutJobs.packet("b3")).toBeUndefined();
    });

    test("refuse a packet that is too large with a RangeError", async () => {
      const large = { ...packet, encoded: ["x".repeat(500_000)] };
      await expect(stores().fanOutJobs.keep("b1", large)).rejects.toThrow(RangeError);
      expect(await stores().fanOutJobs.packet("b1")).toBeUndefined();
    });

    test.each([
      ["a room", "r"],
      ["a namespace", undefined],
    ])("cut the members of %s into ranges that hold each of them once", async (_, room) => {
      const { fanOutJobs, store } = stores();
      const ids = Array.from({ length: 100 }, () => randomBytes(15).toString("base64url"));
      for (const socketId of ids) {
        await store.completeSocket({ ...address, socketId }, { rooms: new Set(["r"]) });
      }
      for (const members of [100, 100_000, 10_000_000]) {
        const audience = { namespace: "/chat", ...(room === undefined ? {} : { room }) };
        const ranges = fanOutJobs.cut(audience, members, 10_000);
        expect(fanOutJobs.cut(audience, members, 10_000)).toEqual(ranges);
        const seen: string[] = [];
        for (const range of ranges) {
          let after: string | undefined = range.after;
          while (after !== undefined) {
            const page = await fanOutJobs.members({ ...range, after }, 7);
            expect(page.items.length).toBeLessThanOrEqual(7);
            const found = page.items.map(({ socketId }) => socketId);
            expect(found).toEqual([...found].sort());
            seen.push(...found);
            after = page.next;
          }
        }
        expect(seen.sort()).toEqual([...ids].sort());
      }
    });

    test("know how far each part is", async () => {
      const { fanOutJobs } = stores();
      expect(await fanOutJobs.progress("b1", 0)).toBeUndefined();
      await fanOutJobs.keep("b1", packet);
      expect(await fanOutJobs.progresses("b1")).toEqual([]);
      await fanOutJobs.note("b1", 0, progress("a"));
      await fanOutJobs.note("b1", 0, progress("b", true));
      await fanOutJobs.note("b1", 12, progress("c"));
      await fanOutJobs.note("b2", 1, progress("d"));
      expect(await fanOutJobs.progress("b1", 0)).toEqual(progress("b", true));
      expect(await fanOutJobs.progress("b1", 1)).toBeUndefined();
      const all = await fanOutJobs.progresses("b1");
      expect(all.map(({ after }) => after).sort()).toEqual(["b", "c"]);
    });
  });
}
