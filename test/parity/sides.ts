import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Server } from "socket.io";
import { TestStack } from "../support/clients";
import type { ParityClient } from "./client";
import { LeftoverWatch } from "./leftovers";
import { activity } from "./serve";

/** One of the two servers under comparison. */
export interface Side {
  readonly name: "reference" | "rooms";
  readonly endpoint: { readonly url: string; readonly path: string };
  /** Resolves when nothing more will happen by itself. */
  settle(clients: readonly ParityClient[]): Promise<void>;
  /** What is left although every client has gone. */
  leftovers(): Promise<string[]>;
  close(): Promise<void>;
}

const PATIENCE_MS = 60_000;

/** Socket.IO's own server, in this process. */
export async function startReference(io: Server): Promise<Side> {
  const server = createServer();
  io.attach(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    name: "reference",
    endpoint: { url: `ws://127.0.0.1:${port}`, path: "/socket.io/" },
    async settle(clients) {
      for (let round = 0; round < 2; round++) {
        await agree(clients, () => io.engine.clientsCount);
        // A client must have heard that it was put out before it says anything more: the reference
        // closes a connection that sends to a namespace which it has left.
        await sleep(3);
        await Promise.all(clients.map((client) => client.barrier()));
        await until(() => activity.running === 0);
      }
      await agree(clients, () => io.engine.clientsCount);
    },
    async leftovers() {
      const { size } = io.sockets.adapter.rooms;
      return size === 0 ? [] : [`${size} rooms of the reference`];
    },
    close: () => io.close(),
  };
}

/** The template on this machine. */
export async function startRooms(assembly: string, freshContainers: boolean): Promise<Side> {
  const timings = { settleMs: 15, upgradeDelayMs: 5 };
  const test = await TestStack.start(assembly, { freshContainers, timings });
  const watch = new LeftoverWatch(test);
  const { origin, pathname } = new URL(test.stack.webSocketUrl);
  const count = () => test.stack.statistics().connections;
  return {
    name: "rooms",
    endpoint: { url: origin, path: pathname },
    async settle(clients) {
      for (let round = 0; round < 2; round++) {
        await agree(clients, count);
        await test.stack.idle();
        if (count() === openOf(clients)) return;
      }
      await agree(clients, count);
    },
    leftovers: () => watch.find(),
    close() {
      watch.close();
      return test.close();
    },
  };
}

function openOf(clients: readonly ParityClient[]): number {
  return clients.filter(({ isOpen }) => isOpen).length;
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!condition() && Date.now() < deadline) await sleep(2);
}

/** Waits until a server has as many connections as its clients think. */
async function agree(clients: readonly ParityClient[], count: () => number): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (count() !== openOf(clients)) {
    if (Date.now() > deadline) {
      throw new Error(`The server has ${count()} connections, its clients ${openOf(clients)}`);
    }
    await sleep(2);
  }
}
