import { type Setup, useStore } from "./setup";

export function testIsolations(setup: Setup): void {
  describe("isolation of lanes", () => {
    const stores = useStore(setup);
    const none = { quarantined: new Set() };

    test("know the message that was begun last", async () => {
      const { isolations } = stores();
      expect(await isolations.read("a=")).toEqual(none);
      await isolations.begin("a=", "m1", 0);
      await isolations.begin("a=", "m2", 3);
      expect(await isolations.read("a=")).toEqual({
        ...{ suspect: { messageId: "m2", times: 3 }, quarantined: new Set() },
      });
      expect(await isolations.read("b=")).toEqual(none);
    });

    test("that end leave nothing behind", async () => {
      const { isolations } = stores();
      await isolations.begin("a=", "m1", 1);
      for (let i = 0; i < 2; i++) await isolations.end("a=");
      expect(await isolations.read("a=")).toEqual(none);
      expect(await stores().size()).toBe(0);
    });

    test("remember what is in quarantine, beyond their end", async () => {
      const { isolations } = stores();
      await isolations.begin("a=", "m1", 3);
      for (let i = 0; i < 2; i++) await isolations.quarantine("a=", "m1");
      expect(await isolations.read("a=")).toEqual({ quarantined: new Set(["m1"]) });
      await isolations.begin("a=", "m2", 3);
      await isolations.quarantine("a=", "m2");
      await isolations.begin("a=", "m3", 0);
      await isolations.end("a=");
      expect(await isolations.read("a=")).toEqual({ quarantined: new Set(["m1", "m2"]) });
    });
  });
}
