import { MAX_ENTRY_BYTES, type StoredApplication } from "../../../src/ports";
import { dieAtEachWrite, type Setup, type StoreUnderTest, useStore } from "./setup";

type Change = Record<string, string | undefined>;

/** Commits: a text sets an entry, `undefined` removes it. */
function commit({ log }: Pick<StoredApplication, "log">, change: Change, messages: string[] = []) {
  const all = Object.entries(change);
  return log.commit({
    set: new Map(all.flatMap(([id, text]) => (text === undefined ? [] : [[id, text]]))),
    removed: all.flatMap(([id, text]) => (text === undefined ? [id] : [])),
    messages,
  });
}

async function entriesOf({ application }: StoreUnderTest): Promise<Record<string, string>> {
  return Object.fromEntries((await application.read()).entries);
}

/** Text that does not become shorter when it is deflated. */
function noise(bytes: number): string {
  let seed = 7;
  const next = () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return seed;
  };
  return Array.from({ length: bytes / 4 }, () => (next() >>> 7).toString(36).slice(-4)).join("");
}

export function testApplication(setup: Setup): void {
  describe("the memory of an application", () => {
    const stores = useStore(setup);

    test("is empty before the first commit", async () => {
      const read = await stores().application.read();

      expect([read.version, read.entries.size, read.messages]).toEqual([0, 0, []]);
      expect(await read.log.isCurrent()).toBe(true);
    });

    test("holds what commits have set and not removed, with the messages that led to them", async () => {
      const read = await stores().application.read();
      expect(await commit(read, { a: "1", b: "2" }, ["m1"])).toBe(true);
      expect(await commit(read, { a: "3", b: undefined, c: "" }, ["m2", "m3"])).toBe(true);

      const again = await stores().application.read();
      expect(again.version).toBe(2);
      expect(Object.fromEntries(again.entries)).toEqual({ a: "3", c: "" });
      expect(again.messages).toEqual(["m1", "m2", "m3"]);
    });

    test("is what the last of many commits has left, however long ago an entry was set", async () => {
      const read = await stores().application.read();
      await commit(read, { old: "o", gone: "g" });
      await commit(read, { gone: undefined });
      for (let n = 0; n < 150; n++) {
        expect(await commit(read, { [`e${n % 7}`]: `${n}`, [`come and go ${n}`]: "x" })).toBe(true);
        await commit(read, { [`come and go ${n}`]: undefined });
        await read.log.tidy();
      }
      const found = await entriesOf(stores());
      const last = [147, 148, 149, 143, 144, 145, 146];
      expect(found).toEqual({
        old: "o",
        ...Object.fromEntries(last.map((n, place) => [`e${place}`, `${n}`])),
      });
    });

    test("needs no tidying for that", async () => {
      const read = await stores().application.read();
      for (let n = 0; n < 130; n++) await commit(read, { n: `${n}`, [`e${n % 3}`]: `${n}` });

      expect(await entriesOf(stores())).toEqual({ n: "129", e0: "129", e1: "127", e2: "128" });
    });

    test("is committed by one of two containers", async () => {
      const one = await stores().application.read();
      const other = await stores().application.read();
      expect(await commit(one, { a: "one" })).toBe(true);

      expect([await one.log.isCurrent(), await other.log.isCurrent()]).toEqual([true, false]);
      expect(await commit(other, { a: "other", b: "other" })).toBe(false);
      expect(await entriesOf(stores())).toEqual({ a: "one" });
    });

    test("is not committed by a container that was away for many commits", async () => {
      const one = await stores().application.read();
      const asleep = await stores().application.read();
      for (let n = 0; n < 200; n++) {
        await commit(one, { n: `${n}` });
        await one.log.tidy();
      }
      expect(await asleep.log.isCurrent()).toBe(false);
      expect(await commit(asleep, { n: "asleep" })).toBe(false);
      await asleep.log.tidy();
      expect(await entriesOf(stores())).toEqual({ n: "199" });
    });

    test("goes on in another container, which may go away at once", async () => {
      for (let n = 0; n < 70; n++) {
        const read = await stores().application.read();
        expect(await commit(read, { n: `${n}`, [`e${n}`]: n % 2 ? "odd" : undefined })).toBe(true);
        await read.log.tidy();
      }
      const found = await entriesOf(stores());
      expect(Object.keys(found)).toHaveLength(36);
      expect(found).toMatchObject({ n: "69", e1: "odd", e69: "odd" });
    });

    test("holds long texts, and refuses one that is too long", async () => {
      const long = noise(900_000);
      const read = await stores().application.read();
      await commit(read, { long, repeated: "ab".repeat(300_000), n: "0" });
      for (let n = 1; n < 70; n++) {
        await commit(read, n === 40 ? { long: noise(500_000) } : { n: `${n}` });
        await read.log.tidy();
      }
      const found = await entriesOf(stores());
      expect(found.long === noise(500_000)).toBe(true);
      expect(found.repeated === "ab".repeat(300_000)).toBe(true);
      expect(found.n).toBe("69");
      const tooLong = "x".repeat(MAX_ENTRY_BYTES + 1);
      await expect(commit(read, { tooLong })).rejects.toThrow("Cannot store tooLong: expected at");
      expect(await entriesOf(stores())).toEqual(found);
    });

    test("is as before or as after a commit that dies at any of its writes", async () => {
      const before = { a: "1", b: "2", long: "short" };
      const after = { a: "3", long: noise(800_000) };
      let read: StoredApplication;
      await dieAtEachWrite(
        setup,
        async ({ application }) => {
          read = await application.read();
          // The next commit finds the ring full, so it has to write entries first.
          for (let n = 0; n < 63; n++) await commit(read, { n: `${n}` });
          await commit(read, { ...before, n: undefined }, ["m1"]);
        },
        () => commit(read, { ...after, b: undefined }, ["m2"]),
        async ({ application }, hasDied) => {
          const found = await application.read();
          expect(Object.fromEntries(found.entries)).toEqual(hasDied ? before : after);
          expect(found.messages.includes("m2")).toBe(!hasDied);
          // The next container goes on.
          expect(await commit(found, { a: "4" })).toBe(true);
          expect((await application.read()).entries.get("a")).toBe("4");
        },
      );
    });
  });
}
