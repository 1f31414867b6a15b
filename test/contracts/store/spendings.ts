import { type Setup, useStore } from "./setup";

export function testSpendings(setup: Setup): void {
  describe("what networks spend", () => {
    const stores = useStore(setup);

    test("is summed up for each network and hour", async () => {
      const { spendings } = stores();
      const hour = Math.floor(Date.now() / 3_600_000);
      expect(await spendings.add("203.0.113.7", hour, 5)).toBe(5);
      expect(await spendings.add("203.0.113.7", hour, 0.5)).toBe(5.5);
      expect(await spendings.add("203.0.113.7", hour + 1, 1)).toBe(1);
      expect(await spendings.add("203.0.113.8", hour, 2)).toBe(2);
    });

    test("counts all of what is added at once", async () => {
      const sums = await Promise.all(
        [1, 2, 3].map((n) => stores().spendings.add("::1", 500_000, n)),
      );
      expect(Math.max(...sums)).toBe(6);
    });
  });
}
