import { randomUUID } from "node:crypto";
import { createServer, type Server, type ServerResponse } from "node:http";
import { readBody } from "../http";
import { isObject, type JsonObject, parseJson } from "../json";
import { actions } from "./actions";
import { SqsError } from "./errors";
import type { Queues } from "./queues";

/**
 * SQS over HTTP, in the AWS JSON 1.0 protocol that SDKs speak. Queues come in when they are known, since
 * their URLs need the port of this server first.
 */
export function createSqsServer(queues: () => Queues): Server {
  return createServer(async (request, response) => {
    try {
      const body = parseJson((await readBody(request)).toString() || "{}");
      const target = String(request.headers["x-amz-target"] ?? "");
      const action = actions[target.replace(/^AmazonSQS\./, "")];
      if (action === undefined || !isObject(body)) {
        throw new SqsError(
          "InvalidAction",
          `The action ${target || "(none)"} is not valid for this endpoint.`,
        );
      }
      answer(response, 200, await action(body, queues()));
    } catch (error) {
      answerError(response, error);
    }
  });
}

function answer(
  response: ServerResponse,
  status: number,
  body: JsonObject,
  headers: Record<string, string> = {},
): void {
  response
    .writeHead(status, {
      "content-type": "application/x-amz-json-1.0",
      "x-amzn-requestid": randomUUID(),
      ...headers,
    })
    .end(JSON.stringify(body));
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-json-api-responses.html */
function answerError(response: ServerResponse, error: unknown): void {
  const known = error instanceof SqsError ? error : new SqsError("InternalError", String(error));
  const isClientFault = known.code !== "InternalError";
  answer(
    response,
    isClientFault ? 400 : 500,
    { __type: `com.amazonaws.sqs#${known.shape}`, message: known.message },
    { "x-amzn-query-error": `${known.code};${isClientFault ? "Sender" : "Receiver"}` },
  );
}
