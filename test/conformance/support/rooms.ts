import { setTimeout as sleep } from "node:timers/promises";
import { Server } from "socket.io";
import type { LaneEvent } from "../../../src/lanes/events";
import { isAck, isShared } from "../../../src/protocols/frame-starts";
import { World } from "../../support/world";
import { FrameClient } from "./frame-client";
import { answerTo } from "./frames";
import type { Application, Side, SideOptions } from "./side";

/** This project's host and table, with each batch in a new container unless asked otherwise. */
export async function startRooms(
  application: Application,
  { oneContainer = false, server = {} }: SideOptions = {},
): Promise<Side> {
  const noted: unknown[] = [];
  const create = () => {
    const io = new Server({ ...server });
    application(io, (...seen) => noted.push(seen));
    return io;
  };
  const only = oneContainer ? create() : undefined;
  const world = await World.start(() => only ?? create());
  const clients = new Map<string, RoomsClient>();
  const answers: Promise<void>[] = [];
  world.beforeSend = async (id, text) => {
    const client = clients.get(id);
    const answer = client && answerTo(text, client.answer);
    // A real client's answer comes when the post has long returned.
    if (answer) answers.push(sleep(5).then(() => client.send(answer)));
  };
  const settle = async () => {
    for (const command of world.commands.splice(0)) {
      await clients.get(command.connectionId)?.handle(command);
    }
    const ended = [...clients.values()].filter(({ isOver }) => isOver);
    for (const client of ended) await client.end();
    if (world.commands.length > 0) await settle();
  };
  const open = async () => {
    const connectionId = `c${clients.size}=`;
    const client = new RoomsClient(world, connectionId, settle);
    clients.set(connectionId, client);
    await world.open(connectionId, { EIO: "4", transport: "websocket" });
    client.take();
    return client;
  };
  return {
    name: "rooms",
    noted,
    open,
    connect: async () => (await open()).joined(),
    async close() {
      await Promise.all([...answers, ...[...clients.values()].map((client) => client.idle())]);
      await world.close();
    },
  };
}

/** A client behind API Gateway: each call of `send` is one batch of its lane. */
class RoomsClient extends FrameClient {
  #isEnded = false;
  /** No two batches of a lane are handled at the same time; a connection has two. */
  #lane: Promise<unknown> = Promise.resolve();
  #ackLane: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly world: World,
    private readonly connectionId: string,
    private readonly settle: () => Promise<void>,
  ) {
    super();
  }

  get isOpen(): boolean {
    return !this.world.gone.has(this.connectionId);
  }

  /** Its WebSocket is closed, which its lane has not been told yet. */
  get isOver(): boolean {
    return !this.isOpen && !this.#isEnded;
  }

  async send(...frames: string[]): Promise<void> {
    const ordinary = frames.filter((it) => !isAck(it));
    const acks = frames.filter((it) => isAck(it) || isShared(it));
    // As the mapping template does; the two lanes do not wait for each other.
    const ordinaryDone =
      ordinary.length > 0 && this.#inTurn(() => this.world.frames(this.connectionId, ...ordinary));
    if (acks.length > 0) {
      this.#ackLane = this.#ackLane.then(() => this.world.acks(this.connectionId, ...acks));
      await this.#ackLane;
    }
    await ordinaryDone;
    await this.settle();
  }

  take(): string[] {
    return this.world.take(this.connectionId);
  }

  async leave(): Promise<void> {
    this.world.gone.add(this.connectionId);
    await this.settle();
  }

  /** API Gateway's `$disconnect`, which follows a close by either side. */
  async end(): Promise<void> {
    this.#isEnded = true;
    await this.#inTurn(() => this.world.end(this.connectionId));
  }

  /** What another connection has sent to this one's lane. */
  async handle(event: LaneEvent): Promise<void> {
    await this.#inTurn(() => this.world.handle(this.connectionId, [event]));
  }

  async idle(): Promise<void> {
    await this.#lane;
  }

  #inTurn(batch: () => Promise<unknown>): Promise<unknown> {
    this.#lane = this.#lane.then(batch);
    return this.#lane;
  }
}
