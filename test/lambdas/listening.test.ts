import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, Server } from "node:net";
import { isToldToListen, watchListen } from "../../lambdas/listening";

/** What an application's servers are told to listen on, in a function that no client reaches by a port. */

const { listen } = Server.prototype;
beforeEach(watchListen);
afterEach(() => {
  Server.prototype.listen = listen;
});

test("two servers may ask for one port, as two containers of a machine do", async () => {
  const servers = [createServer(), createServer()];
  const called = jest.fn();
  for (const server of servers) {
    expect(isToldToListen(server)).toBe(false);
    server.listen(9464, "0.0.0.0", called);
    await once(server, "listening");
  }
  expect(called).toHaveBeenCalledTimes(2);
  expect(servers.every(isToldToListen)).toBe(true);
  const addresses = servers.map((server) => server.address() as AddressInfo);
  expect(addresses.map(({ address }) => address)).toEqual(["127.0.0.1", "127.0.0.1"]);
  for (const server of servers) server.close();
});
