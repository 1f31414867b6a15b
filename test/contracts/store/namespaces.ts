import { all, passTime, type Setup, useStore } from "./setup";

const HOUR_MS = 3_600_000;

export function testNamespaces(setup: Setup): void {
  describe("dynamic namespaces", () => {
    const stores = useStore(setup);
    const list = async (parent = 0) => (await all(stores().namespaces.list(parent))).sort();

    test("are added once, and are there under their own parent", async () => {
      const { namespaces } = stores();
      expect(await namespaces.has(0, "/a")).toBe(false);
      expect(await namespaces.add(0, "/a", HOUR_MS)).toBe(true);
      expect(await namespaces.add(0, "/a", HOUR_MS)).toBe(false);
      expect(await namespaces.add(1, "/a", HOUR_MS)).toBe(true);
      expect(await namespaces.has(0, "/a")).toBe(true);
      expect(await namespaces.has(0, "/b")).toBe(false);
      expect(await namespaces.has(2, "/a")).toBe(false);
    });

    test("are added by one of many that try at once", async () => {
      const tries = Array.from({ length: 5 }, () => stores().namespaces.add(0, "/a", HOUR_MS));
      expect((await Promise.all(tries)).filter(Boolean)).toHaveLength(1);
    });

    test("are listed, each once", async () => {
      const names = Array.from({ length: 30 }, (_, n) => `/n${n}`).sort();
      for (const name of names) await stores().namespaces.add(0, name, HOUR_MS);
      await stores().namespaces.add(1, "/other", HOUR_MS);
      expect(await list()).toEqual(names);
      expect(await list(2)).toEqual([]);
    });

    test("expire, unless they are kept or added again", async () => {
      const { namespaces } = stores();
      for (const name of ["/a", "/b", "/c"]) await namespaces.add(0, name, HOUR_MS);
      passTime(HOUR_MS / 2);
      expect(await namespaces.keep(0, "/a", HOUR_MS)).toBe(true);
      expect(await namespaces.add(0, "/b", HOUR_MS)).toBe(false);
      passTime(HOUR_MS / 2 + 2000);
      expect(await list()).toEqual(["/a", "/b"]);
      expect(await namespaces.has(0, "/c")).toBe(false);
      expect(await namespaces.keep(0, "/c", HOUR_MS)).toBe(false);
      expect(await namespaces.add(0, "/c", HOUR_MS)).toBe(true);
    });

    test("that are unknown are not kept", async () => {
      expect(await stores().namespaces.keep(0, "/a", HOUR_MS)).toBe(false);
      expect(await list()).toEqual([]);
    });

    test("are added by a connection up to a number", async () => {
      const charge = (id: string) => stores().namespaces.charge(id, 2, HOUR_MS);
      expect([await charge("c1="), await charge("c1="), await charge("c1=")]).toEqual([
        ...[true, true, false],
      ]);
      expect(await charge("c2=")).toBe(true);
      expect(await list()).toEqual([]);
    });
  });
}
