import { createHash, createHmac, randomInt } from "node:crypto";
import type { Namespace } from "socket.io";
import type { AckStore } from "../ports";
import { hostedNamespace } from "./hosted-namespace";
import { namespaceInternals } from "./internals";

/**
 * Ids of events that ask for an ack. An answer travels through the table, and a client may send as many as it likes,
 * so an id shows by itself that a function of this deployment has given it out: its last bits are a MAC of the
 * others. That costs no read. By chance one made-up id in 65,536 passes.
 */
const MAC_RANGE = 2 ** 16;
/** Together they fill the integers that JSON keeps exactly. */
const COUNTS = 2 ** 37;

export class AckIds {
  readonly #key: Buffer;

  /** @param secret the same in all functions of a deployment, and unknown to its clients */
  constructor(secret: string) {
    this.#key = createHash("sha256").update(secret).digest();
  }

  /** Makes a namespace give out such ids. Every container counts from somewhere else. */
  install(namespace: Namespace): void {
    const { name } = namespace;
    let count = randomInt(COUNTS);
    Object.defineProperty(namespaceInternals(namespace), "_ids", {
      configurable: true,
      get: () => this.make(name, count),
      set: () => {
        // Socket.IO takes an id by `namespace._ids++`.
        hostedNamespace(namespace).lastAckId = this.make(name, count);
        count = (count + 1) % COUNTS;
      },
    });
  }

  /** Answers of which only those are kept that were asked for. */
  guard(acks: AckStore): AckStore {
    return {
      put: async (namespace, ackId, answer) => {
        if (this.isOurs(namespace, ackId)) await acks.put(namespace, ackId, answer);
      },
      read: (namespace, ackId) => acks.read(namespace, ackId),
      remove: (namespace, ackId, from) => acks.remove(namespace, ackId, from),
    };
  }

  /** The id that stands for a count in a namespace. */
  make(namespace: string, count: number): number {
    const mac = createHmac("sha256", this.#key).update(`${count},${namespace}`).digest();
    return count * MAC_RANGE + mac.readUInt16BE(0);
  }

  /** Whether a function of this deployment has given an id out, or chance makes it look so. */
  isOurs(namespace: string, ackId: number): boolean {
    const count = Math.floor(ackId / MAC_RANGE);
    return Number.isSafeInteger(ackId) && ackId >= 0 && this.make(namespace, count) === ackId;
  }
}
