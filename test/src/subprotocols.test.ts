import { admit } from "../../src/gateway/handshake";
import type { OfferEvent } from "../../src/gateway/subprotocols";
import { readSubprotocols } from "../../src/settings/subprotocols";

const requestContext = { connectionId: "c", connectedAt: 0, stage: "prod" };
const answer = (event: OfferEvent, accepted?: string) => {
  const admission = admit({ ...event, requestContext }, { isSpoken: readSubprotocols(accepted) });
  return admission.ok ? admission.subprotocol : admission.message;
};
const offering = (offer: string) => ({ headers: { "Sec-WebSocket-Protocol": offer } });

test("the first that a client offers is answered, and none where it offers none", () => {
  expect(answer(offering("chat.v1, chat.v2"))).toBe("chat.v1");
  expect(answer(offering(" ,chat.v2"))).toBe("chat.v2");
  expect(answer({})).toBeUndefined();
  expect(answer({ headers: null })).toBeUndefined();
});

test("a header that comes twice is read whole", () => {
  const lines = { headers: { "sec-websocket-protocol": "b" } };
  const both = { ...lines, multiValueHeaders: { "sec-websocket-protocol": ["a", "b"] } };
  expect(answer(both)).toBe("a");
});

test("what is not accepted is passed over, and a client that offers nothing else is refused", () => {
  expect(answer(offering("chat.v1, chat.v2"), "chat.v3 chat.v2")).toBe("chat.v2");
  expect(answer(offering("chat.v1"), "chat.v2")).toBe(
    'Cannot connect: expected one of the accepted subprotocols, got "chat.v1"',
  );
  expect(answer({}, "chat.v2")).toBeUndefined();
});
