import { Decoder, Encoder } from "socket.io-parser";
import { frameTemplate } from "../../lib/frame-template";
import { parseTemplate } from "../../local/gateway/mapping-template";
import { isAck, isShared } from "../../src/protocols/frame-starts";
import type {
  DecodedAck,
  Encoded,
  HostedClient,
  Parser,
  Protocol,
  ProtocolSink,
  Query,
} from "../../src/protocols/protocol";
import { type Packet, PacketType } from "../../src/wire/packet";

/** What only a protocol's own test can know of it. */
export interface ProtocolSamples {
  /** Queries of upgrade requests that are let in. */
  readonly accepted: readonly Query[];
  /** Queries that are refused, with a part of the reason. */
  readonly refused: readonly (readonly [query: Query, reason: string])[];
  /** The query of a client that comes back, and its private id, if sessions are recovered by query. */
  readonly returning?: { readonly query: Query; readonly pid: string };
  /** Frames of the events `["said","hello"]` and, in several frames, of any packet. */
  readonly event: string;
  readonly severalFrames?: { readonly frames: readonly string[]; readonly data: unknown };
  /** The frame by which a client is sent `["said","hello"]`, and the frame where the event asks for the ack 7. */
  readonly sent: string;
  readonly asked: string;
  /** An ack of one frame, and what it is read as. */
  readonly ack: { readonly frame: string; readonly decoded: DecodedAck };
  /** An ack of several frames, likewise. */
  readonly ackOfSeveral?: { readonly frames: readonly string[]; readonly decoded: DecodedAck };
  /** An invalid ack, with the start of one. */
  readonly brokenAck: string;
  /** Whether clients see the offset of a logged event. */
  readonly showsOffset: boolean;
}

const GARBAGE = ["", " ", "\n", "{", "4", "42", "451-", "b", "bx", "!", "\u0000", '{"action":1}'];

/** What src/protocols/protocol.ts promises, for one protocol. */
export function runProtocolTests(protocol: Protocol, samples: ProtocolSamples): void {
  describe(`${protocol.id}, before a connection is open`, () => {
    test("has an id that no abbreviation of the table can be", () => {
      expect(protocol.id.length).toBeGreaterThan(1);
    });

    test.each(samples.accepted)("recognizes and accepts %j", (query) => {
      expect([protocol.recognizes(query), protocol.refuse(query)]).toEqual([true, undefined]);
    });

    test.each(samples.refused)("recognizes and refuses %j: %s", (query, reason) => {
      expect(protocol.recognizes(query)).toBe(true);
      expect(protocol.refuse(query)).toMatch(/^Cannot connect: expected .*, got /);
      expect(protocol.refuse(query)).toContain(reason);
    });

    test("shows applications a query without secrets as it is", () => {
      const [ordinary = {}] = samples.accepted;
      expect(protocol.takeSession?.(ordinary) ?? { query: ordinary }).toEqual({ query: ordinary });
    });

    const { returning } = samples;
    testIf(returning, "shows applications no secret of its query", (returning) => {
      const { query, recover } = protocol.takeSession?.(returning.query) ?? {};
      expect(recover?.pid).toBe(returning.pid);
      expect(JSON.stringify(query)).not.toContain(returning.pid);
    });
  });

  describe(`${protocol.id}, on its lanes`, () => {
    const render = parseTemplate(frameTemplate([protocol]));
    const context = { connectionId: "a=", requestId: "q=", requestTimeEpoch: 1 };
    const formOf = (body: string, more = {}) =>
      new URLSearchParams(render({ body, context: { ...context, ...more }, stageVariables: {} }));

    test("has its acks on the ack lane, and its events on the ordinary one", () => {
      expect(formOf(samples.ack.frame).get("MessageGroupId")).toBe("a=.ack");
      expect(formOf(samples.event).get("MessageGroupId")).toBe("a=");
      expect([isAck(samples.ack.frame, [protocol]), isAck(samples.event, [protocol])]).toEqual([
        true,
        false,
      ]);
    });

    test("reads acks of several frames if frames travel on both lanes", () => {
      expect(protocol.sharedStarts.length > 0).toBe(protocol.acks.frames !== undefined);
      expect(samples.ackOfSeveral !== undefined).toBe(protocol.acks.frames !== undefined);
    });

    testIf(samples.ackOfSeveral, "has acks of several frames on both lanes", ({ frames }) => {
      for (const frame of frames) {
        expect(formOf(frame).get("Action")).toBe("SendMessageBatch");
        expect(isShared(frame, [protocol])).toBe(true);
      }
    });

    test("has its pongs counted, where it has any, and no other frame", () => {
      const weigh = (body: string) =>
        JSON.parse(formOf(body, { requestId: "7" }).get("MessageBody") ?? "{}").weight;
      if (protocol.pong !== undefined) expect(weigh(protocol.pong)).toBe(5);
      expect(weigh(samples.event)).toBeUndefined();
    });

    test("reads acks, and throws for no frame", () => {
      expect(protocol.acks.decode(samples.ack.frame)).toEqual(samples.ack.decoded);
      for (const frame of [samples.brokenAck, ...GARBAGE]) {
        expect(protocol.acks.decode(frame)).toMatchObject({ ok: false });
      }
      for (const text of protocol.acks.explain?.(undefined) ?? []) expect(text).not.toBe("");
    });

    const { ackOfSeveral } = samples;
    testIf(ackOfSeveral, "reads an ack of several frames with its last one", (ack) => {
      ack.frames.forEach((frame, n) => {
        expect(protocol.acks.frames?.begins(frame)).toBe(n === 0 ? "ack" : undefined);
        const soFar = ack.frames.slice(0, n + 1);
        const expected = n === ack.frames.length - 1 ? ack.decoded : undefined;
        expect(protocol.acks.frames?.complete(soFar)).toEqual(expected);
      });
    });
  });

  describe(`${protocol.id}, with a connection`, () => {
    test("opens with a frame or a CONNECT packet, and again without harm", async () => {
      const { handler, done } = host(protocol);
      await handler.open();
      const once = done.length;
      expect(once).toBeGreaterThan(0);
      await handler.open();
      expect(done.filter(([what]) => what === "fail")).toEqual([]);
    });

    test("hands over the packet of a frame", () => {
      const { handler, done } = host(protocol);
      handler.receive(samples.event, false);
      const packet = expect.objectContaining({
        type: PacketType.EVENT,
        nsp: "/",
        data: ["said", "hello"],
      });
      expect(done).toEqual([["receive", packet]]);
    });

    const { severalFrames } = samples;
    testIf(severalFrames, "keeps the frames of an unfinished packet", ({ frames, data }) => {
      let kept: readonly string[] = [];
      frames.forEach((frame, n) => {
        const { handler, done } = host(protocol);
        for (const one of [...kept, frame]) handler.receive(one, false);
        kept = handler.pending ?? [];
        const isLast = n === frames.length - 1;
        expect(done).toEqual(isLast ? [["receive", expect.objectContaining({ data })]] : []);
        expect(kept).toEqual(isLast ? [] : frames.slice(0, n + 1));
      });
    });

    test.each(GARBAGE)("takes the frame %j without throwing", (frame) => {
      const { handler } = host(protocol);
      handler.receive(frame, false);
      handler.receive(frame, true);
    });

    test("encodes a packet for one client as for all", () => {
      const { handler } = host(protocol);
      const packet = (): Packet => ({ type: PacketType.EVENT, nsp: "/", data: ["said", "hello"] });
      expect(handler.encode(packet())).toEqual([samples.sent]);
      expect(protocol.encodeBroadcast(encoded(packet()), undefined)).toEqual([samples.sent]);
      expect(protocol.encodeBroadcast(encoded({ ...packet(), id: 7 }), undefined)).toEqual([
        samples.asked,
      ]);
    });

    test("shows the offset of a logged event only where its clients can name it", () => {
      const data = ["said", "hello", "the offset"];
      const packet: Packet = { type: PacketType.EVENT, nsp: "/", data };
      const [text] = protocol.encodeBroadcast(encoded(packet), "the offset");
      expect(text?.includes("the offset")).toBe(samples.showsOffset);
    });

    test("encodes whatever Socket.IO sends, as text", () => {
      const { handler } = host(protocol);
      const { CONNECT, CONNECT_ERROR, DISCONNECT } = PacketType;
      const packets: Packet[] = [
        { type: CONNECT, nsp: "/", data: { sid: "s" } },
        { type: CONNECT_ERROR, nsp: "/", data: { message: "no entry" } },
        { type: DISCONNECT, nsp: "/" },
      ];
      for (const packet of packets) {
        expect(handler.encode(packet)).toEqual([expect.stringMatching(/./)]);
      }
    });

    test("explains why it ends, if it can", () => {
      const { handler, done } = host(protocol);
      handler.explain?.({ code: "too_fast", message: "Expected less" });
      const explained = [["send", expect.stringContaining("Expected less")]];
      expect(done).toEqual(handler.explain ? explained : []);
    });
  });
}

/** A test for the protocols that have what it is about. */
function testIf<T>(sample: T | undefined, name: string, run: (sample: T) => void): void {
  if (sample !== undefined) test(name, () => run(sample));
}

function encoded(packet: Packet): Encoded {
  return new Encoder().encode(packet as never) as Encoded;
}

/** A handler, and what it has done: its client has a socket in `/`. */
function host(protocol: Protocol) {
  const done: [what: keyof ProtocolSink, ...about: unknown[]][] = [];
  const sink: ProtocolSink = {
    send: (texts) => done.push(...texts.map((text): ["send", string] => ["send", text])),
    receive: (packet) => done.push(["receive", packet]),
    fail: (why) => done.push(["fail", why]),
    become: (id) => done.push(["become", id]),
  };
  const client: HostedClient = {
    id: "a=",
    protocol: protocol.id,
    handshake: { headers: {}, query: {}, address: "203.0.113.7", url: "/" },
    recent: [],
    parser: { encoder: new Encoder(), decoder: new Decoder() } as unknown as Parser,
    socket: (namespace) =>
      namespace === "/" ? { id: "s", pid: undefined, listensTo: () => false } : undefined,
    hasSockets: () => true,
    isReachable: async () => true,
  };
  return { handler: protocol.createHandler(sink, client), done };
}
