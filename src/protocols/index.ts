import { startsWith } from "./frame-starts";
import { json } from "./json";
import { createLookup, type Lookup } from "./lookup";
import type { Protocol } from "./protocol";
import { single, socketIo } from "./socket-io";

/** The protocols that a function speaks. */
export interface Protocols extends Lookup<Protocol> {
  /** The protocol of a frame that came on the ack lane. */
  ofAck(frame: string): Protocol | undefined;
  /** The protocol of a frame that came on both lanes. */
  ofShared(frame: string): Protocol | undefined;
}

export function createProtocols(all: readonly Protocol[]): Protocols {
  return {
    ...createLookup(all),
    ofAck: (frame) => all.find(({ ackStarts }) => startsWith(frame, ackStarts)),
    ofShared: (frame) => all.find(({ sharedStarts }) => startsWith(frame, sharedStarts)),
  };
}

/** In the order in which they are asked to recognize a client; declarations.ts and broadcasts.ts list the same. */
export const BUILT_IN: readonly Protocol[] = [socketIo, single, json];

/** The protocols of a stack. */
export const PROTOCOLS = createProtocols(BUILT_IN);
