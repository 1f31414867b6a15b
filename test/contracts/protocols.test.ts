import { BUILT_IN, createProtocols } from "../../src/protocols";
import { BROADCASTS } from "../../src/protocols/broadcasts";
import { DECLARATIONS } from "../../src/protocols/declarations";
import { json } from "../../src/protocols/json";
import { single, socketIo } from "../../src/protocols/socket-io";
import { protocolAttribute, protocolOf } from "../../src/store/dynamo/protocol-attribute";
import { lines } from "./lines";
import { runProtocolTests } from "./protocol";

const engineQuery = { EIO: "4", transport: "websocket" };
const refusedEngines = [
  [{ EIO: "3", transport: "websocket" }, "expected EIO=4, got 3"],
  [{ transport: "websocket" }, "expected EIO=4, got nothing"],
  [{ EIO: "4", transport: "polling" }, "expected transport=websocket, got polling"],
] as const;
const ackOfSeveral = {
  frames: ['461-/chat,7[{"_placeholder":true,"num":0}]', "bAQID"],
  decoded: { ok: true, namespace: "/chat", ackId: 7, args: [Buffer.from([1, 2, 3])] },
} as const;

runProtocolTests(socketIo, {
  accepted: [engineQuery, { ...engineQuery, token: "t" }],
  refused: refusedEngines,
  event: '42["said","hello"]',
  severalFrames: {
    frames: [
      '452-["bytes",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]',
      "bAQID",
      "bBA==",
    ],
    data: ["bytes", Buffer.from([1, 2, 3]), Buffer.from([4])],
  },
  sent: '42["said","hello"]',
  asked: '427["said","hello"]',
  ack: {
    frame: '43/chat,7["yes"]',
    decoded: { ok: true, namespace: "/chat", ackId: 7, args: ["yes"] },
  },
  ackOfSeveral,
  brokenAck: "43{{",
  showsOffset: true,
});

runProtocolTests(single, {
  accepted: [{ ...engineQuery, parser: "single" }],
  refused: refusedEngines.map(([query, reason]) => [{ ...query, parser: "single" }, reason]),
  event: '42~["said","hello"]',
  sent: '42~["said","hello"]',
  asked: '42~7["said","hello"]',
  ack: {
    frame: '43~/chat,7["yes"]',
    decoded: { ok: true, namespace: "/chat", ackId: 7, args: ["yes"] },
  },
  ackOfSeveral,
  brokenAck: "43~{{",
  showsOffset: true,
});

runProtocolTests(json, {
  accepted: [{}, { namespace: "/chat" }, { namespace: "", token: "t" }],
  refused: [
    [{ namespace: "chat" }, 'got "chat"'],
    [{ namespace: "/a,b" }, 'got "/a,b"'],
  ],
  returning: { query: { pid: "the secret", offset: "o", token: "t" }, pid: "the secret" },
  event: '{"action":"emit","event":"said","args":["hello"]}',
  sent: '{"type":"event","namespace":"/","event":"said","args":["hello"]}',
  asked: '{"type":"event","namespace":"/","event":"said","args":["hello"],"ack":7}',
  ack: {
    frame: '{"action":"ack","ack":7,"args":["yes"]}',
    decoded: { ok: true, ackId: 7, args: ["yes"] },
  },
  brokenAck: '{"action":"ack"',
  showsOffset: true,
});

runProtocolTests(lines, {
  accepted: [{ protocol: "lines" }, { protocol: "lines", version: "1" }],
  refused: [[{ protocol: "lines", version: "2" }, "got 2"]],
  event: "said hello",
  sent: "said hello",
  asked: "said?7 hello",
  ack: { frame: "!7 yes", decoded: { ok: true, ackId: 7, args: ["yes"] } },
  brokenAck: "!seven",
  showsOffset: false,
});

describe("the protocols of a stack", () => {
  test("are the same for each function, in the same order", () => {
    expect(DECLARATIONS).toEqual(
      BUILT_IN.map(({ encodeBroadcast: _, createHandler: __, acks: ___, ...declared }) => declared),
    );
    for (const { id, encodeBroadcast } of BUILT_IN) {
      expect(BROADCASTS.get(id)).toEqual({ id, encodeBroadcast });
    }
  });

  test("have ids of their own, and the first that recognizes a client gets it", () => {
    const all = [lines, ...BUILT_IN];
    const owner = (query: Record<string, string>) =>
      all.find((protocol) => protocol.recognizes(query))?.id;
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(owner({ protocol: "lines" })).toBe("lines");
    expect(owner(engineQuery)).toBe("socket.io");
    expect(owner({ ...engineQuery, parser: "single" })).toBe("single");
    expect(owner({ token: "t" })).toBe("json");
  });

  test("are found by id, and an unknown one is an error that names the known ones", () => {
    const protocols = createProtocols([lines, ...BUILT_IN]);
    expect(protocols.get("lines")).toBe(lines);
    expect(protocols.find("morse")).toBeUndefined();
    expect(() => protocols.get("morse")).toThrow(
      "Cannot speak a protocol: expected one of lines, socket.io, single, json, got morse",
    );
  });

  test("are stored as ever, and a new one by its id", () => {
    const stored = [...BUILT_IN, lines].map(({ id }) => protocolAttribute(id));
    expect(stored).toEqual([{}, { t: "s" }, { t: "j" }, { t: "lines" }]);
    expect(stored.map(({ t }) => protocolOf(t))).toEqual(["socket.io", "single", "json", "lines"]);
  });
});
