import { decodeFrame } from "../../console/sources/packet";

/** What the console makes of a frame's text, of each protocol and of hostile clients. */

test.each([
  ['42["say","hello"]', { kind: "event", namespace: "/", name: "say" }],
  ['42/chat,17["ask",1]', { kind: "event", namespace: "/chat", name: "ask", ackId: "17" }],
  ["43/chat,17[true]", { kind: "ack", namespace: "/chat", name: "", ackId: "17" }],
  ['40{"token":"x"}', { kind: "connect", namespace: "/", name: "" }],
  ['40/chat,{"sid":"abc"}', { kind: "connect", namespace: "/chat", name: "", socketId: "abc" }],
  ["41/chat,", { kind: "disconnect", namespace: "/chat", name: "" }],
  ['44{"message":"no"}', { kind: "refused", namespace: "/", name: "" }],
  ['451-["photo",{"_placeholder":true,"num":0}]', { kind: "event", namespace: "/", name: "photo" }],
  ['42~/chat,7["ask"]', { kind: "event", namespace: "/chat", name: "ask", ackId: "7" }],
  ["2", { kind: "ping", namespace: "", name: "" }],
  ["bAQID", { kind: "part", namespace: "", name: "" }],
  [
    '{"action":"send","room":"r","event":"say","id":1}',
    { kind: "event", namespace: "/", name: "say", ackId: "1" },
  ],
  [
    '{"type":"connect","namespace":"/","id":"abc","version":1}',
    { kind: "connect", namespace: "/", name: "", socketId: "abc" },
  ],
])("%s", (frame, decoded) => expect(decodeFrame(frame)).toEqual(decoded));

test("the name of an event is what JSON says, whatever characters it has", () => {
  expect(decodeFrame('42["a\\"],[\\u00e9"]').name).toBe('a"],[é');
});

test("a long name is cut, and a frame that is not a packet has none", () => {
  expect(decodeFrame(`42["${"x".repeat(10_000)}"]`).name).toHaveLength(257);
  for (const text of ["", "4", "42", "42[", "42{}", '42["', "{", "null", "49", "42/chat", "\0"]) {
    expect(decodeFrame(text).name).toBe("");
  }
});
