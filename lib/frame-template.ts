import { APPLICATION_GROUP } from "../src/names";
import { PONG_WEIGHT, SAMPLED_ID } from "../src/pongs";
import { DECLARATIONS } from "../src/protocols/declarations";
import { ackStarts, pongs, sharedStarts } from "../src/protocols/frame-starts";
import type { Declaration } from "../src/protocols/protocol";

/**
 * The mapping template of the message route: turns a WebSocket frame into the form of SQS's
 * `SendMessage` or `SendMessageBatch`, without a function in between.
 *
 * The message's body is the JSON of a lane event,
 * `{"type":"frame","connectionId":"…","requestId":"…","at":1794648603153,"body":"…"}`, whose `body` is
 * the frame in base64: SQS refuses characters that a frame may hold, and base64 needs no escaping,
 * neither in JSON nor against a client that would like to write form fields of its own.
 *
 * - The message group is the connection, so its frames are handled in order and one at a time.
 * - Acks have a group of their own, and the type `ack`: behind the handler that waits for an ack, the
 *   ack would wait for ever. The starts of their frames show them, as each protocol declares it (`src/protocols`).
 *   String methods are documented for REST templates only; docs/untried.md.
 * - An empty frame may have no body at all, so the body is quoted: `$!` makes it an empty text.
 * - Frames of packets with attachments go to both lanes by one `SendMessageBatch`: an attachment does not say
 *   whether it belongs to an ack or to an event, and each lane knows by what came before. If SQS refuses one
 *   of the two, API Gateway does not notice: then the ack is missing, or the packet is incomplete, for which
 *   the ordinary lane closes the connection.
 * - A sample of the pongs says how many it stands for (`weight`), and so passes the event source's filter:
 *   see `src/pongs.ts`.
 * - With `ordering: "application"` all frames but acks go to one group of a queue of their own. A request reaches one
 *   queue, which the form then names (`QueueUrl`); so the ack's copy of a frame with attachments goes to that queue too.
 * - The deduplication id is the request's: a frame sent twice is two requests, hence two messages.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-mapping-template-reference.html
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
export function frameTemplate(
  protocols: readonly Declaration[] = DECLARATIONS,
  urls?: TwoQueues,
): string {
  const connectionId = urlEncoded("$context.connectionId");
  const requestId = urlEncoded("$context.requestId");
  const body = (type: string, more: Record<string, string> = {}, last = "") =>
    json(
      {
        type,
        ...more,
        connectionId: text(connectionId),
        requestId: text(requestId),
        at: "$context.requestTimeEpoch",
        body: text(urlEncoded('$util.base64Encode("$!input.body")')),
      },
      last,
    );
  const weight = `#if(${isCounted(pongs(protocols))})${member("weight", String(PONG_WEIGHT))}#end`;
  const group = urls ? APPLICATION_GROUP : connectionId;
  const queue = (url: string | undefined) => (url === undefined ? {} : { QueueUrl: url });
  const queueOfOne = urls && `#if($ack)${quoted(urls.acks)}#{else}${quoted(urls.frames)}#end`;
  const one = form({
    Action: "SendMessage",
    ...queue(queueOfOne),
    MessageGroupId: urls
      ? `#if($ack)${connectionId}%2Eack#{else}${group}#end`
      : `${connectionId}#if($ack).ack#end`,
    MessageDeduplicationId: requestId,
    MessageBody: body(text("#if($ack)ack#{else}frame#end"), {}, weight),
  });
  const two = form({
    Action: "SendMessageBatch",
    ...queue(urls && quoted(urls.frames)),
    ...entry(1, "frame", {
      MessageGroupId: group,
      MessageDeduplicationId: requestId,
      MessageBody: body(text("frame"), { copied: "true" }),
    }),
    ...entry(2, "ack", {
      // A plain dot would read a property of what is before it.
      MessageGroupId: `${connectionId}%2Eack`,
      MessageDeduplicationId: `${requestId}%2Eack`,
      MessageBody: body(text("ack")),
    }),
  });
  return `#set($ack=${startsWith(ackStarts(protocols))})#if(${startsWith(sharedStarts(protocols))})${two}#{else}${one}#end`;
}

/** URLs of queues. */
export interface TwoQueues {
  readonly acks: string;
  readonly frames: string;
}

/** A text that is not of the template. */
function quoted(value: string): string {
  return urlEncoded(`'${value}'`);
}

function entry(place: number, id: string, fields: Record<string, string>): Record<string, string> {
  const prefixed = Object.entries({ Id: id, ...fields }).map(([name, value]) => [
    `SendMessageBatchRequestEntry.${place}.${name}`,
    value,
  ]);
  return Object.fromEntries(prefixed);
}

function startsWith(starts: readonly string[]): string {
  return anyOf(starts.map((start) => `$input.body.startsWith('${start}')`));
}

function isCounted(texts: readonly string[]): string {
  const isSampled = `$context.requestId.contains('${SAMPLED_ID}')`;
  return anyOf(texts.map((text) => `$input.body.equals('${text}') && ${isSampled}`));
}

function anyOf(conditions: readonly string[]): string {
  return conditions.length > 0 ? conditions.join(" || ") : "false";
}

function urlEncoded(reference: string): string {
  return `$util.urlEncode(${reference})`;
}

function form(fields: Record<string, string>): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

/**
 * JSON whose punctuation is already percent-encoded, around values that the template encodes.
 *
 * @param last further members, each with its comma
 */
function json(members: Record<string, string>, last: string): string {
  const all = Object.entries(members).map(([name, value]) => member(name, value));
  return `%7B${all.join("").slice(COMMA.length)}${last}%7D`;
}

const COMMA = "%2C";

function member(name: string, value: string): string {
  return `${COMMA}${text(name)}%3A${value}`;
}

function text(encoded: string): string {
  return `%22${encoded}%22`;
}
