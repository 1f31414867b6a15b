import { randomBytes } from "node:crypto";
import { dieAtEachWrite, type Setup, useStore } from "./setup";

/** More than two items of the table hold, and nothing that compression makes small. */
const LARGE = randomBytes(900_000);

export function testRequests(setup: Setup): void {
  describe("HTTP requests on the lane", () => {
    const stores = useStore(setup);

    test("are unknown until they are put, and so are their answers", async () => {
      expect(await stores().requests.read("r1")).toBeUndefined();
      expect(await stores().requests.readAnswer("r1")).toBeUndefined();
    });

    test.each([
      ["small ones", Buffer.from([0, 255, 10])],
      ["large ones", LARGE],
    ])("are read as they were put: %s", async (_, bytes) => {
      await stores().requests.put("r1", bytes);
      expect(await stores().requests.answer("r1", bytes)).toBe(true);
      expect(Buffer.compare((await stores().requests.read("r1")) as Uint8Array, bytes)).toBe(0);
      const answer = (await stores().requests.readAnswer("r1")) as Uint8Array;
      expect(Buffer.compare(answer, bytes)).toBe(0);
      expect(await stores().requests.read("r2")).toBeUndefined();
      expect(await stores().requests.readAnswer("r2")).toBeUndefined();
    });

    test("keep their first answer", async () => {
      expect(await stores().requests.answer("r1", Buffer.from("first"))).toBe(true);
      expect(await stores().requests.answer("r1", LARGE)).toBe(false);
      expect(await stores().requests.answer("r1", Buffer.from("third"))).toBe(false);
      const answer = (await stores().requests.readAnswer("r1")) as Uint8Array;
      expect(Buffer.from(answer).toString()).toBe("first");
    });
  });

  test("an answer that dies at a write is not there, and can be given again", async () => {
    await dieAtEachWrite(
      setup,
      async () => undefined,
      ({ requests }) => requests.answer("r1", LARGE),
      async ({ requests }, hasDied) => {
        const answer = await requests.readAnswer("r1");
        expect(answer?.length).toBe(hasDied ? undefined : LARGE.length);
        expect(await requests.answer("r1", LARGE)).toBe(hasDied);
        expect((await requests.readAnswer("r1"))?.length).toBe(LARGE.length);
      },
    );
  });
}
