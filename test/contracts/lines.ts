import type { Protocol } from "../../src/protocols/protocol";
import { decodePacket } from "../../src/wire/decode";
import { RESERVED_EVENTS } from "../../src/wire/limits";
import { type Packet, PacketType } from "../../src/wire/packet";

/**
 * A third protocol, as a stranger would add one: text commands, one a line, in the namespace `/`. An event is
 * `<event> <text>`; one that asks for an ack is `<event>?<ack id> <text>`, and the ack is `!<ack id> <text>`.
 */
export const lines: Protocol = {
  id: "lines",
  recognizes: ({ protocol }) => protocol === "lines",
  refuse: ({ version = "1" }) =>
    version === "1" ? undefined : `Cannot connect: expected version=1, got ${version}`,
  ping: "ping",
  pong: "pong",
  endsIdle: true,
  ackStarts: ["!"],
  sharedStarts: [],

  encodeBroadcast(encoded) {
    const packet = decodePacket(encoded);
    return packet ? encode(packet) : [];
  },

  acks: {
    decode(frame) {
      const [, id, text] = /^!(\d+) (.*)$/.exec(frame) ?? [];
      return id ? { ok: true, ackId: Number(id), args: [text] } : { ok: false };
    },
  },

  createHandler: (sink, client) => ({
    async open() {
      if (!(await client.isReachable())) return;
      if (client.socket("/")) sink.send(["connected"]);
      else sink.receive({ type: PacketType.CONNECT, nsp: "/", data: {} });
    },
    receive(frame) {
      for (const line of frame.split("\n")) {
        const [, event, text] = /^([a-z]+) (.*)$/.exec(line) ?? [];
        if (!event || RESERVED_EVENTS.has(event))
          sink.send([`error expected an event, got ${line}`]);
        else sink.receive({ type: PacketType.EVENT, nsp: "/", data: [event, text] });
      }
    },
    encode,
    explain: ({ message }) => sink.send([`error ${message}`]),
  }),
};

function encode({ type, data, id }: Packet): string[] {
  if (type === PacketType.CONNECT) return ["connected"];
  if (type === PacketType.DISCONNECT) return ["disconnected"];
  if (type === PacketType.CONNECT_ERROR) return ["error refused"];
  const [event, text] = data as [string, unknown];
  return [`${event}${id === undefined ? "" : `?${id}`} ${text}`];
}
