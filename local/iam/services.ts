import type { QueueIntegrationModel, StackModel } from "../template/model";
import { arn } from "../template/names";
import type { Access } from "./access";

/** What the role of a function needs so that an event source may poll a queue for it. */
const POLLING = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];

type FunctionPart = Pick<StackModel, "functions" | "queues">;

/**
 * Refuses a function that may not send events to where they are to go when they have failed or succeeded, as Lambda
 * does, and a FIFO queue there, which Lambda cannot use.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
function checkDestinations({ functions, queues }: FunctionPart, access: Access): void {
  for (const { role: roleArn, logicalId, asynchronous } of functions) {
    const { onFailure, onSuccess, deadLetters } = asynchronous;
    for (const queue of [onFailure, onSuccess, deadLetters].filter((arn) => arn !== undefined)) {
      if (queues.find(({ arn: known }) => known === queue)?.fifo) {
        throw new Error(
          `Cannot read ${logicalId}: expected a standard queue for its events, got ${queue}`,
        );
      }
      const role = access.find(roleArn);
      if (role && !access.allows(role, "sqs:SendMessage", queue)) {
        throw new Error(
          `The function's execution role does not have permissions to call SendMessage on SQS: expected ${role.logicalId} to allow sqs:SendMessage on ${queue}`,
        );
      }
    }
  }
}

/**
 * Refuses a stack in which a service may not do, with the role that it is given, what it is there for: an event
 * source that may not poll its queue, as CloudFormation would refuse it, and an integration that may not
 * send, whose every call would fail.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
export function checkServices(model: StackModel, access: Access): void {
  const { eventSources, functions, api } = model;
  checkDestinations(model, access);
  for (const { queueArn: queue, functionName } of eventSources) {
    const model = functions.find(({ name }) => name === functionName);
    const role = model && access.find(model.role);
    for (const action of role ? POLLING : []) {
      if (role && !access.allows(role, action, queue)) {
        throw new Error(
          `The function execution role does not have permissions to call ${action.slice(4)} on SQS: expected ${role.logicalId} to allow ${action} on ${queue}`,
        );
      }
    }
  }
  for (const integration of api?.routes.values() ?? []) {
    if (integration.kind !== "queue") continue;
    const role = access.find(integration.role);
    for (const name of queuesOf(integration, model)) {
      const queue = arn("sqs", name);
      if (!role || access.allows(role, "sqs:SendMessage", queue)) continue;
      throw new Error(
        `Cannot send with ${integration.logicalId}: expected ${role.logicalId} to allow sqs:SendMessage on ${queue}`,
      );
    }
  }
}

/** The queues to which an integration sends: that of its path or, at the root of SQS, those that its templates name. */
function queuesOf(
  { logicalId, queueName, requestTemplates }: QueueIntegrationModel,
  { queues }: StackModel,
): readonly string[] {
  if (queueName !== undefined) return [queueName];
  const templates = Object.values(requestTemplates).join();
  const named = queues.map(({ name }) => name).filter((name) => templates.includes(`/${name}'`));
  if (named.length > 0) return named;
  throw new Error(
    `Cannot read ${logicalId}: expected templates that name a queue of the template, got ${templates}`,
  );
}
