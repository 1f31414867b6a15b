import { randomUUID } from "node:crypto";
import { createServer, type Server, type ServerResponse } from "node:http";
import { readBody } from "../http";
import type { Access } from "../iam/access";
import { checkSignature } from "../iam/signature";
import { isObject, type JsonObject, parseJson } from "../json";
import { actions } from "./actions";
import { SqsError, unauthenticated } from "./errors";
import type { Queues } from "./queues";

/**
 * SQS over HTTP, in the AWS JSON 1.0 protocol that SDKs speak. Queues come in when they are known, since
 * their URLs need the port of this server first.
 */
export function createSqsServer(
  queues: () => Queues,
  { access, skewMs }: { readonly access: () => Access; readonly skewMs: number },
): Server {
  return createServer(async (request, response) => {
    try {
      const bytes = await readBody(request);
      const unsigned = checkSignature(request, bytes, { skewMs, service: "sqs" });
      if (unsigned) throw unauthenticated(unsigned);
      const body = parseJson(bytes.toString() || "{}");
      const target = String(request.headers["x-amz-target"] ?? "");
      const name = target.replace(/^AmazonSQS\./, "");
      const action = actions[name];
      if (action === undefined || !isObject(body)) {
        throw new SqsError(
          "InvalidAction",
          `The action ${target || "(none)"} is not valid for this endpoint.`,
        );
      }
      const queue = queueOf(body, queues());
      // A batch takes the permission of the action that it repeats, which SQS writes in lower case.
      const permission = `sqs:${name.replace(/Batch$/, "").toLowerCase()}`;
      const refusal = queue && access().refuses(request, permission, queue.model.arn);
      if (refusal) throw new SqsError("AccessDenied", refusal, "AccessDeniedException");
      answer(response, 200, await action(body, queues()));
    } catch (error) {
      answerError(response, error);
    }
  });
}

/** The queue that a request names, if there is one. */
function queueOf({ QueueUrl: url, QueueName: name }: JsonObject, { all }: Queues) {
  const wanted = typeof url === "string" ? url.split("/").at(-1) : name;
  return all.find(({ model }) => model.name === wanted);
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
    isClientFault ? known.status : 500,
    {
      __type: known.shape.includes("#") ? known.shape : `com.amazonaws.sqs#${known.shape}`,
      message: known.message,
    },
    { "x-amzn-query-error": `${known.code};${isClientFault ? "Sender" : "Receiver"}` },
  );
}
