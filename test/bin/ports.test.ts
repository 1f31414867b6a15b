import { once } from "node:events";
import { createServer } from "node:net";
import { choosePorts } from "../../bin/dev/ports";

test("each part of a stack, and the console behind them, has a port of its own", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  const { port } = taken.address() as { readonly port: number };
  const { stage, publish, http, beside } = await choosePorts(port, false);
  taken.close();
  expect([stage > port, publish > stage, http > publish, beside > http]).toEqual(
    Array(4).fill(true),
  );
  expect(await choosePorts(0, true)).toEqual({ stage: 0, publish: 0, http: 0, beside: 0 });
});
