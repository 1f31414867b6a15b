import { createServer, type RequestListener, type Server } from "node:http";
import type { Server as SocketIo } from "socket.io";
import { askLane } from "../../src/functions/http/ask-lane";
import type { HttpEvent, HttpResult } from "../../src/functions/http/events";
import { createRoutes } from "../../src/functions/http/on-lane";
import type { LaneEvent, RequestEvent } from "../../src/lanes/events";
import { httpEvent } from "./http-event";
import type { TestTable } from "./table";
import { worldOnTable } from "./table-world";
import type { World } from "./world";

/** An application with one lane that answers HTTP requests, and the function that brings them. */
export class RoutedWorld {
  /** What brings a request to the lane; by itself one delivery, which succeeds. */
  deliver = async (event: LaneEvent): Promise<void> => {
    this.world.commands.push(event);
    await this.world.handle("application", [event]);
  };

  private constructor(readonly world: World<TestTable>) {}

  /** @param setup what the application does with a new server of each container; it answers by the listener */
  static async start(setup: (io: SocketIo) => RequestListener): Promise<RoutedWorld> {
    const servers = new WeakMap<SocketIo, Server>();
    const world = await worldOnTable((io) => void servers.set(io, createServer(setup(io))));
    world.residence = "fresh";
    const { requests } = world.table;
    world.routesOf = (io) => createRoutes({ requests, findServer: async () => servers.get(io) });
    return new RoutedWorld(world);
  }

  /** What the function answers a client. */
  ask(method: string, path: string, more: AskOptions = {}): Promise<HttpResult> {
    const { ms = 60_000, ...given } = more;
    const event = httpEvent(method, path, given);
    const send = (sent: RequestEvent) => this.deliver(sent);
    return askLane({ requests: this.world.table.requests, send }, event, Date.now() + ms);
  }
}

interface AskOptions extends Partial<HttpEvent> {
  /** How long the function waits. */
  readonly ms?: number;
}
