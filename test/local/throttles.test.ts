import { Throttles } from "../../local/gateway/throttles";

const account = { requestsPerSecond: 1000, requestBurst: 1000, connectionsPerSecond: 500 };

test("a route's own throttle takes the place of the stage's, for connections too", () => {
  const throttles = new Throttles(
    account as never,
    new Map([
      ["", { ratePerSecond: 1, burst: 50 }],
      ["$connect", { ratePerSecond: 1, burst: 3 }],
    ]),
  );
  const connections = Array.from({ length: 10 }, () => throttles.takeConnection());
  expect(connections.filter(Boolean).length).toBeLessThan(10);
  expect(connections.slice(0, 3)).toEqual([true, true, true]);
  expect(throttles.takeFrame("$default")).toBe(true);
});
