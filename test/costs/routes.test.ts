import { RoutedWorld } from "../support/routed-world";
import { documented, row } from "./documented";
import { Meter } from "./meter";

/** What docs/performance.md says that an HTTP request to an application with one lane costs. */

let routed: RoutedWorld;
let meter: Meter;
beforeAll(async () => {
  routed = await RoutedWorld.start((io) => {
    const sockets = new Set<{ data: { n?: number } }>();
    io.on("connection", (socket) => {
      sockets.add(socket);
      void socket.join("room");
    });
    return (request, response) => {
      if (request.url === "/room") io.to("room").emit("said", "hello");
      if (request.url === "/data")
        for (const { data } of [...sockets].slice(0, 1)) data.n = (data.n ?? 0) + 1;
      response.end("fine");
    };
  });
  routed.world.residence = "warm";
  for (let n = 0; n < 10; n++) await routed.world.connect(`c${n}=`);
  // Entries are written every 32 commits.
  for (let n = 0; n < 14; n++) await routed.ask("POST", "/data");
  meter = new Meter(routed.world);
});
afterAll(() => routed.world.close());

test.each([
  ["HTTP request (application)", "GET", "/"],
  ["HTTP request that emits to 10 (application)", "POST", "/room"],
  ["HTTP request that changes what is kept (application)", "POST", "/data"],
])("%s", async (name, method, url) => {
  const cost = await meter.of(() => routed.ask(method, url));
  expect(row(name, cost)).toBe(documented(name));
});

test("a request of 1 MB that cannot be compressed goes by the table", async () => {
  const body = Buffer.from(Array.from({ length: 1e6 }, (_, n) => (n * n * 7919) >>> 8)).toString();
  const cost = await meter.of(() => routed.ask("POST", "/", { body }));
  expect(cost.requests).toEqual(expect.arrayContaining([expect.stringMatching(/BatchWriteItem/)]));
  expect(cost.messages).toBe(1);
});
