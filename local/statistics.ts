import type { MetricData } from "./cloudwatch/metrics";
import type { AsynchronousInvocations } from "./lambda/asynchronous";
import type { LambdaFunction } from "./lambda/function";
import type { Services } from "./services";
import type { Queue } from "./sqs/queue";
import type { Queues } from "./sqs/queues";

/** Counters of a local stack since its start. Functions and queues are named by logical id. */
export interface Statistics {
  readonly functions: Readonly<Record<string, LambdaFunction["statistics"]>>;
  /** Events of schedules: how many wait for another attempt, and how many Lambda has given up. */
  readonly asynchronous: AsynchronousInvocations["statistics"];
  readonly queues: Readonly<Record<string, Queue["depth"]>>;
  /** Messages in dead-letter queues. */
  readonly deadLetters: number;
  /** DynamoDB requests by operation. */
  readonly dynamodb: Readonly<Record<string, number>>;
  /** Posts to connections by HTTP status. */
  readonly posts: Readonly<Record<string, number>>;
  /** Connections now, handshakes included. */
  readonly connections: number;
  /** What functions have measured, by `namespace/name`. */
  readonly metrics: Readonly<Record<string, MetricData>>;
}

/** A message that was received too often. */
export interface DeadLetter {
  /** Logical id of the dead-letter queue. */
  readonly queue: string;
  readonly body: string;
  readonly groupId: string | undefined;
  readonly receives: number;
}

/** Containers that live now, by what they do, of each function by its logical id. */
export type Containers = Readonly<Record<string, LambdaFunction["containers"]>>;

/** Counts what happened so far. */
export function statisticsOf(services: Services): Statistics {
  const { functions, asynchronous, queues, database, posts, gateway } = services;
  return {
    functions: Object.fromEntries(
      functions.all.map((each) => [each.model.logicalId, each.statistics]),
    ),
    asynchronous: asynchronous.statistics,
    queues: Object.fromEntries(queues.all.map((queue) => [queue.model.logicalId, queue.depth])),
    deadLetters: deadLettersOf(queues).length,
    dynamodb: { ...database.requests },
    posts: { ...posts },
    connections: gateway.size,
    metrics: { ...services.metrics.data },
  };
}

/** Messages in the dead-letter queues. */
export function deadLettersOf(queues: Queues): DeadLetter[] {
  return queues.deadLetter.flatMap((queue) =>
    queue.messages.map(({ body, groupId, receives }) => ({
      queue: queue.model.logicalId,
      body,
      groupId,
      receives,
    })),
  );
}
