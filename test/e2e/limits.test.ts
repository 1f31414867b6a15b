import { once } from "node:events";
import WebSocket from "ws";
import { assembly, next, TestStack, waitFor } from "../support/clients";

let running: TestStack;
// Its clients may send 20 frames a second, and 200 at once.
beforeAll(async () => {
  running = await TestStack.start(assembly("ASSEMBLY_OF_LARGE_ROOMS"));
});
afterAll(() => running.close());

test("a flooding client is cut off and stays away, and others are served meanwhile", async () => {
  const calm = await running.connect();
  const flooding = await running.connect();
  const left = next(flooding, "disconnect");
  for (let n = 0; n < 300; n++) flooding.emit("unheard");
  let answered = 0;
  const asking = setInterval(() => calm.emit("join", [`r${answered}`], () => answered++), 100);
  const [reason] = await left;
  expect(reason).toBe("io server disconnect");
  const before = answered;
  await waitFor(() => answered > before + 3);
  clearInterval(asking);
  expect(calm.connected).toBe(true);
  expect(flooding.active).toBe(false);
  const said = running.log.filter(({ text }) => text.includes("A client was cut off"));
  expect(said).toHaveLength(1);
});

test("a client that sends nothing but pongs is cut off, and others are served meanwhile", async () => {
  const calm = await running.connect();
  let disconnects = 0;
  calm.on("disconnect", () => disconnects++);
  const flooding = new WebSocket(`${running.stack.webSocketUrl}?EIO=4&transport=websocket`);
  await once(flooding, "message");
  let answered = 0;
  const asking = setInterval(() => calm.emit("join", [`p${answered}`], () => answered++), 100);
  // Well below the throttle of the stage, as a flood that only its own limit can stop.
  const sending = setInterval(() => {
    for (let n = 0; n < 10 && flooding.readyState === WebSocket.OPEN; n++) flooding.send("3");
  }, 10);
  await once(flooding, "close");
  clearInterval(sending);
  const before = answered;
  await waitFor(() => answered > before + 3);
  clearInterval(asking);
  expect(disconnects).toBe(0);
}, 60_000);

test("an address that connects again and again is refused, and others are not", async () => {
  const connect = async (address: string) => {
    const options = { headers: { "x-client-address": address } };
    const url = `${running.stack.webSocketUrl}?EIO=4&transport=websocket`;
    const socket = new WebSocket(url, options);
    const [refused] = await Promise.race([
      once(socket, "open").then(() => []),
      once(socket, "error"),
    ]);
    socket.close();
    return refused?.message as string | undefined;
  };
  // 4,000 millionths, of which a connection is charged 115: by chance, as one write of 2,000 for seventeen.
  let connected = 0;
  let refusal: string | undefined;
  while (refusal === undefined && connected < 1000) {
    refusal = await connect("198.51.100.7");
    connected++;
  }
  expect(refusal).toContain("429");
  expect(await connect("198.51.100.8")).toBeUndefined();
  const said = running.log.filter(({ text }) => text.includes("has spent its hour's allowance"));
  expect(said[0]?.text).toContain("198.51.100.7");
}, 300_000);

test("a page of a foreign origin is refused with 403 at the upgrade", async () => {
  const url = running.stack.webSocketUrl;
  const foreign = new WebSocket(url, { origin: "https://evil.example" });
  const [{ message }] = await once(foreign, "error");
  expect(message).toContain("403");
  for (const origin of ["https://a.example", "https://x.b.example"]) {
    const own = new WebSocket(url, { origin });
    await once(own, "open");
    own.close();
  }
});
