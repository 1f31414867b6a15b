/**
 * The mapping template of the message route: turns a WebSocket frame into the form of SQS's
 * `SendMessage`, without a function in between.
 *
 * The message's body is the JSON of a lane event,
 * `{"type":"frame","connectionId":"…","requestId":"…","at":1794648603153,"body":"…"}`, whose `body` is
 * the frame in base64: SQS refuses characters that a frame may hold, and base64 needs no escaping,
 * neither in JSON nor against a client that would like to write form fields of its own.
 *
 * - The message group is the connection, so its frames are handled in order and one at a time.
 * - Acks have a group of their own, and the type `ack`: behind the handler that waits for an ack, the
 *   ack would wait for ever. They are told by how a frame starts: `43` in Socket.IO's protocol, and
 *   `{"action":"ack"` in JSON. String methods are documented for REST templates only;
 *   docs/untried.md.
 * - An empty frame may have no body at all, so the body is quoted: `$!` makes it an empty text.
 * - The deduplication id is the request's: a frame sent twice is two requests, hence two messages.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-mapping-template-reference.html
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
export function frameTemplate(): string {
  const connectionId = urlEncoded("$context.connectionId");
  const requestId = urlEncoded("$context.requestId");
  const body = json({
    type: text("#if($ack)ack#{else}frame#end"),
    connectionId: text(connectionId),
    requestId: text(requestId),
    at: "$context.requestTimeEpoch",
    body: text(urlEncoded('$util.base64Encode("$!input.body")')),
  });
  return `#set($ack=${isAck})${form({
    Action: "SendMessage",
    MessageGroupId: `${connectionId}#if($ack).ack#end`,
    MessageDeduplicationId: requestId,
    MessageBody: body,
  })}`;
}

const isAck = `$input.body.startsWith('43') || $input.body.startsWith('{"action":"ack"')`;

function urlEncoded(reference: string): string {
  return `$util.urlEncode(${reference})`;
}

function form(fields: Record<string, string>): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

/** JSON whose punctuation is already percent-encoded, around values that the template encodes. */
function json(members: Record<string, string>): string {
  const encoded = Object.entries(members).map(([name, value]) => `${text(name)}%3A${value}`);
  return `%7B${encoded.join("%2C")}%7D`;
}

function text(encoded: string): string {
  return `%22${encoded}%22`;
}
