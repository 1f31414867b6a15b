import type { LoggedPacket, Order, Room } from "../../../src/ports";
import { all, type Setup, useStore } from "./setup";

const KEEP_MS = 60_000;
const offsetOf = (n: number) => String(n).padStart(17, "0");

export function testLogs(setup: Setup): void {
  describe("the log of packets", () => {
    const stores = useStore(setup);
    const packet = (n: number, ...parts: (string | Buffer)[]): LoggedPacket => ({
      ...{ offset: offsetOf(n), encoded: parts.length > 0 ? parts : [`text ${n}`], except: [] },
    });
    const append = (n: number, ...rooms: (Room | undefined)[]) =>
      stores().log.append("/chat", rooms, packet(n), KEEP_MS);

    async function since(room: Room | undefined, n: number, namespace = "/chat") {
      const packets: LoggedPacket[] = [];
      const ends = new Map<string, number>();
      for await (const page of stores().log.since(namespace, room, offsetOf(n))) {
        packets.push(...page.packets);
        for (const [offset, at] of page.ends) ends.set(offset, at);
      }
      return { packets, ends };
    }
    const numbers = async (room: Room | undefined, n: number) =>
      (await since(room, n)).packets.map(({ offset }) => Number(offset));

    test("holds a packet under each of its rooms, and everyone's apart", async () => {
      await append(1, "a", 5);
      await append(2, "5");
      await append(3, undefined);
      expect(await numbers("a", 0)).toEqual([1]);
      expect(await numbers(5, 0)).toEqual([1]);
      expect(await numbers("5", 0)).toEqual([2]);
      expect(await numbers(undefined, 0)).toEqual([3]);
      expect(await numbers("nowhere", 0)).toEqual([]);
      expect((await since("a", 0, "/")).packets).toEqual([]);
    });

    test("is read in the order of offsets, from behind one on", async () => {
      for (const n of [3, 1, 2]) await append(n, "a");
      expect(await numbers("a", 0)).toEqual([1, 2, 3]);
      expect(await numbers("a", 1)).toEqual([2, 3]);
      expect(await numbers("a", 3)).toEqual([]);
    });

    test("gives a packet back with its bytes and whom it excepted", async () => {
      const full = { ...packet(1, "451-text", Buffer.from([0, 255])), except: [5, "5"] };
      await stores().log.append("/chat", ["a"], full, KEEP_MS);
      expect((await since("a", 0)).packets).toEqual([full]);
    });

    test("says when a broadcast was over, of the last received one too", async () => {
      const before = Date.now();
      await append(1, "a");
      await append(2, "a");
      await stores().log.finish("/chat", ["a"], offsetOf(1), KEEP_MS);
      const { packets, ends } = await since("a", 1);
      expect(packets).toEqual([packet(2)]);
      expect([...ends.keys()]).toEqual([offsetOf(1)]);
      expect(ends.get(offsetOf(1))).toBeGreaterThanOrEqual(before);
      expect(ends.get(offsetOf(1))).toBeLessThanOrEqual(Date.now());
      expect((await since("a", 2)).ends.size).toBe(0);
    });

    test("holds a packet that is logged again once", async () => {
      for (let i = 0; i < 2; i++) {
        await append(1, "a");
        await stores().log.finish("/chat", ["a"], offsetOf(1), KEEP_MS);
      }
      expect(await numbers("a", 0)).toEqual([1]);
    });

    test("refuses what is too large with a RangeError, and a room that is invalid", async () => {
      const large = packet(1, "x".repeat(500_000));
      const { log } = stores();
      await expect(log.append("/chat", ["a"], large, KEEP_MS)).rejects.toThrow(RangeError);
      const invalid = log.append("/chat", [{} as string], packet(1), KEEP_MS);
      await expect(invalid).rejects.toThrow(TypeError);
      expect(await numbers("a", 0)).toEqual([]);
    });

    test("is read page by page, so that its reader may stop", async () => {
      const { log } = stores();
      const text = "x".repeat(200_000);
      for (let n = 1; n <= 12; n++) await log.append("/chat", ["a"], packet(n, text), KEEP_MS);
      for await (const page of log.since("/chat", "a", offsetOf(0))) {
        expect(page.packets[0]?.offset).toBe(offsetOf(1));
        break;
      }
      expect(await numbers("a", 0)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    });
  });

  describe("orders to members that are away", () => {
    const stores = useStore(setup);
    const keep = (order: Order, ...rooms: (Room | undefined)[]) =>
      stores().orders.keep("/chat", rooms, order, KEEP_MS);
    const since = (room: Room | undefined, n: number) =>
      all(stores().orders.since("/chat", room, offsetOf(n)));

    test("come back as they were given, by room, after an offset and in order", async () => {
      const leave: Order = { offset: offsetOf(2), leave: ["a", 5], except: ["x", 1] };
      const end: Order = { offset: offsetOf(1), except: [] };
      await keep(leave, "a", undefined);
      await keep(end, "a");
      expect(await since("a", 0)).toEqual([end, leave]);
      expect(await since("a", 1)).toEqual([leave]);
      expect(await since(undefined, 0)).toEqual([leave]);
      expect(await since("b", 0)).toEqual([]);
      expect(await since("a", 2)).toEqual([]);
    });

    test("to leave no room are not those that disconnect", async () => {
      const order: Order = { offset: offsetOf(1), leave: [], except: [] };
      await keep(order, "a");
      expect(await since("a", 0)).toEqual([order]);
    });

    test("that are kept again are there once", async () => {
      for (let i = 0; i < 2; i++) await keep({ offset: offsetOf(1), except: [] }, "a");
      expect(await since("a", 0)).toHaveLength(1);
    });
  });
}
