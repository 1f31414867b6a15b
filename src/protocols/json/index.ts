import type { AckReader, DecodedAck, Protocol, Refusal } from "../protocol";
import { decodeAction, defaultNamespace } from "./actions";
import { jsonBroadcasts } from "./broadcasts";
import { jsonDeclaration } from "./declaration";
import { createJsonHandler } from "./handler";
import { encodeRefusal } from "./messages";

const acks: AckReader = {
  decode: decodeAck,
  namespaceOf: defaultNamespace,
  explain: (refusal = NO_ACK) => [encodeRefusal(refusal)],
};

export const json: Protocol = {
  ...jsonDeclaration,
  ...jsonBroadcasts,
  createHandler: createJsonHandler,
  acks,
};

/** Stands for the namespace of an ack that names none. */
const UNNAMED = "";

function decodeAck(frame: string): DecodedAck {
  const decoded = decodeAction(frame, UNNAMED);
  if (!decoded.ok) return { ok: false, refusal: decoded.refusal };
  const { action } = decoded;
  if (action.action !== "ack") return { ok: false };
  const { namespace, ack: ackId, args } = action;
  return namespace === UNNAMED ? { ok: true, ackId, args } : { ok: true, namespace, ackId, args };
}

const NO_ACK: Refusal = {
  code: "bad_request",
  message: 'Cannot read the frame: expected {"action":"ack","ack":…,"args":[…]}, got another',
};
