import { type Setup, useStore } from "./setup";

export function testAnswers(setup: Setup): void {
  describe("acks on their way", () => {
    const stores = useStore(setup);
    const put = (connectionId: string, ...args: unknown[]) =>
      stores().ackStore.put("/chat", 7, { connectionId, args });
    const read = () => stores().ackStore.read("/chat", 7);

    test("are read by the event that they answer", async () => {
      await put("c1=", "yes", { n: 1 });
      await put("c2=");
      expect(await read()).toEqual([
        { connectionId: "c1=", args: ["yes", { n: 1 }] },
        { connectionId: "c2=", args: [] },
      ]);
      expect(await stores().ackStore.read("/chat", 8)).toEqual([]);
      expect(await stores().ackStore.read("/", 7)).toEqual([]);
    });

    test("keep bytes, and what JSON cannot say", async () => {
      await put("c1=", Buffer.from([0, 255]), undefined, new Date(5));
      const [{ args: [bytes, ...rest] = [] } = {}] = await read();
      expect(Buffer.from(bytes as Uint8Array)).toEqual(Buffer.from([0, 255]));
      expect(rest).toEqual([undefined, new Date(5)]);
    });

    test("of a namespace whose name is too long are refused with a RangeError", async () => {
      const answer = { connectionId: "c1=", args: [] };
      const put = stores().ackStore.put(`/${"n".repeat(3000)}`, 7, answer);
      await expect(put).rejects.toThrow(RangeError);
      expect(await stores().size()).toBe(0);
    });

    test("of one connection are the last that it gave", async () => {
      await put("c1=", 1);
      await put("c1=", 2);
      expect(await read()).toEqual([{ connectionId: "c1=", args: [2] }]);
    });

    test("are removed by connection, and may be removed again", async () => {
      await put("c1=");
      await put("c2=");
      for (let i = 0; i < 2; i++) await stores().ackStore.remove("/chat", 7, ["c1=", "c3="]);
      expect(await read()).toEqual([{ connectionId: "c2=", args: [] }]);
      await stores().ackStore.remove("/chat", 7, []);
      await stores().ackStore.remove("/chat", 7, ["c2="]);
      expect(await stores().size()).toBe(0);
    });
  });
}
