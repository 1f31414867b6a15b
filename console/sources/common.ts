import type { ConsoleSource } from "../source";
import type { KeptReader } from "./kept";
import type { Publisher } from "./publisher";
import type { QueueReader } from "./queues";
import type { StackReader } from "./stack-reader";

/** What reads and changes a stack, wherever it runs. */
export interface Parts {
  readonly reader: StackReader;
  readonly kept: KeptReader;
  readonly queues: QueueReader;
  readonly publisher: Publisher;
}

/** What both sources have alike: all that is in the table and the queues, and all that an operator does. */
export function commonSource({ reader, kept, queues, publisher }: Parts) {
  return {
    overview: () => reader.overview(),
    rooms: (query) => reader.rooms(query),
    room: (namespace, room, after) => reader.room(namespace, room, after),
    sockets: (query) => reader.sockets(query),
    socket: (namespace, id) => reader.socket(namespace, id),
    map: (namespace) => reader.map(namespace),
    queues: () => queues.rows(),
    deadLetters: (queue) => queues.deadLetters(queue),
    state: (query) => kept.state(query),
    value: (id) => kept.value(id),
    act: (action) =>
      reader.after(
        action.type === "redrive" ? queues.redrive(action.queue) : publisher.act(action),
      ),
  } satisfies Partial<ConsoleSource>;
}
