import { type JsonObject, show } from "../json";
import { sendBatch } from "../sqs/actions";
import { SqsError } from "../sqs/errors";
import type { MessageAttribute, SendInput } from "../sqs/message";
import type { Queues } from "../sqs/queues";
import type { QueueIntegrationModel } from "../template/model";
import { type MappingTemplate, parseTemplate, type TemplateInput } from "./mapping-template";

const form = "application/x-www-form-urlencoded";

/**
 * An AWS integration that calls `SendMessage` or `SendMessageBatch` of SQS's query protocol: the request template makes a form out
 * of the frame. Returns the call, which throws whatever API Gateway would answer as an internal server error.
 */
export function createQueueIntegration(
  model: QueueIntegrationModel,
  queues: Queues,
): (input: TemplateInput) => void {
  const toForm = selectTemplate(model);
  return (input) => {
    const fields = new URLSearchParams(toForm(input));
    let contentType = "application/json";
    for (const [target, source] of Object.entries(model.requestParameters)) {
      const value = evaluateParameter(source, input);
      const [, , place, name = ""] = target.split(".");
      if (place === "querystring") fields.set(name, value);
      if (place === "header" && name.toLowerCase() === "content-type") contentType = value;
    }
    if (contentType !== form) {
      throw new Error(`Cannot call SQS: expected the content type ${form}, got ${contentType}`);
    }
    const action = fields.get("Action");
    if (action === "SendMessageBatch") {
      // An entry that SQS refuses is part of a successful answer, at which API Gateway does not look.
      sendBatch(queueOf(model, fields, queues), { Entries: entriesOf(fields) });
      return;
    }
    if (action !== "SendMessage") {
      throw new SqsError(
        "InvalidAction",
        `The action ${show(action)} is not valid for this endpoint.`,
      );
    }
    queueOf(model, fields, queues).send(sendInput(fields));
  };
}

/** The queue of the path or, at the root of SQS, that of the form. */
function queueOf({ queueName }: QueueIntegrationModel, fields: URLSearchParams, queues: Queues) {
  const name = queueName ?? fields.get("QueueUrl")?.split("/").at(-1);
  if (name !== undefined) return queues.byName(name);
  throw new SqsError("MissingParameter", "The request must contain the parameter QueueUrl.");
}

/**
 * SQS's query protocol counts from 1: `SendMessageBatchRequestEntry.1.MessageBody`.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
 */
function entriesOf(fields: URLSearchParams): JsonObject[] {
  const entries: URLSearchParams[] = [];
  for (const [name, value] of fields) {
    const [, place, field] = /^SendMessageBatchRequestEntry\.(\d+)\.(.+)$/.exec(name) ?? [];
    if (place === undefined || field === undefined) continue;
    const entry = entries[Number(place) - 1] ?? new URLSearchParams();
    entry.set(field, value);
    entries[Number(place) - 1] = entry;
  }
  return entries.map(
    (entry) => ({ Id: entry.get("Id"), ...sendInput(entry) }) as unknown as JsonObject,
  );
}

/** The template that the selection expression names; the expression has to be static. */
function selectTemplate(model: QueueIntegrationModel): MappingTemplate {
  const key = (model.templateSelectionExpression ?? "\\$default").replace(/^\\/, "");
  const source = model.requestTemplates[key];
  if (source !== undefined) return parseTemplate(source);
  if (model.passthrough === "NEVER") {
    throw new Error(
      `Cannot read ${model.logicalId}: expected a request template "${key}", got ${show(Object.keys(model.requestTemplates))}`,
    );
  }
  return ({ body }) => body;
}

/** `'static'`, `context.name` or `stageVariables.name`. */
function evaluateParameter(source: string, { context, stageVariables }: TemplateInput): string {
  const literal = /^'(.*)'$/.exec(source);
  if (literal) return literal[1] ?? "";
  const [place, name = ""] = source.split(".");
  if (place === "context") return String(context[name] ?? "");
  if (place === "stageVariables") return stageVariables[name] ?? "";
  throw new Error(
    `Cannot evaluate request parameter: expected 'static', context.x or stageVariables.x, got ${source}`,
  );
}

function sendInput(fields: URLSearchParams): SendInput {
  const MessageAttributes: Record<string, MessageAttribute> = {};
  for (let index = 1; fields.has(`MessageAttribute.${index}.Name`); index += 1) {
    const field = (name: string) => fields.get(`MessageAttribute.${index}.${name}`);
    const StringValue = field("Value.StringValue");
    const BinaryValue = field("Value.BinaryValue");
    MessageAttributes[field("Name") ?? ""] = {
      DataType: field("Value.DataType") ?? "String",
      ...(StringValue !== null && { StringValue }),
      ...(BinaryValue !== null && { BinaryValue }),
    };
  }
  const optional = (name: string) => {
    const value = fields.get(name);
    return value === null ? {} : { [name]: value };
  };
  const delay = fields.get("DelaySeconds");
  return {
    ...optional("MessageBody"),
    ...optional("MessageGroupId"),
    ...optional("MessageDeduplicationId"),
    ...(delay !== null && { DelaySeconds: Number(delay) }),
    MessageAttributes,
  };
}
