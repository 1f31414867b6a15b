import { type Setup, useStore } from "./setup";

export function testTrials(setup: Setup): void {
  describe("trials of lanes", () => {
    const stores = useStore(setup);
    const none = { setAside: new Set() };

    test("know the message that was begun last", async () => {
      const { trials } = stores();
      expect(await trials.read("a=")).toEqual(none);
      await trials.begin("a=", "m1", 0);
      await trials.begin("a=", "m2", 3);
      expect(await trials.read("a=")).toEqual({
        ...{ suspect: { messageId: "m2", times: 3 }, setAside: new Set() },
      });
      expect(await trials.read("b=")).toEqual(none);
    });

    test("that end leave nothing behind", async () => {
      const { trials } = stores();
      await trials.begin("a=", "m1", 1);
      for (let i = 0; i < 2; i++) await trials.end("a=");
      expect(await trials.read("a=")).toEqual(none);
      expect(await stores().size()).toBe(0);
    });

    test("remember what was set aside, beyond their end", async () => {
      const { trials } = stores();
      await trials.begin("a=", "m1", 3);
      for (let i = 0; i < 2; i++) await trials.convict("a=", "m1");
      expect(await trials.read("a=")).toEqual({ setAside: new Set(["m1"]) });
      await trials.begin("a=", "m2", 3);
      await trials.convict("a=", "m2");
      await trials.begin("a=", "m3", 0);
      await trials.end("a=");
      expect(await trials.read("a=")).toEqual({ setAside: new Set(["m1", "m2"]) });
    });
  });
}
