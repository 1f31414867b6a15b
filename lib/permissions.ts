import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Prefix, REQUEST_PREFIX } from "../src/store/dynamo/prefixes";
import type { Permission } from "./function";
import type { FunctionsProps } from "./functions-props";
import type { ManagementMethod } from "./gateway";

/** Kinds of items that the functions without the application need. */
const Partitions = {
  connections: `${Prefix.connection}*`,
  /** What an address spends. */
  spendings: `${Prefix.spending}*`,
  /** Parts, members of rooms and of namespaces, and sessions. */
  fanOut: [Prefix.broadcast, Prefix.member, Prefix.namespaceMember, Prefix.session].map(
    (prefix) => `${prefix}*`,
  ),
} as const;

/** All that any of the functions may do, besides logging. */
export function permissions(props: FunctionsProps) {
  const { table, lane, deadLetters, delays, fanOut, gateway, application } = props;
  const onTable = (...names: string[]) => on(table.tableArn, "dynamodb", names);
  const onQueue = (queue: IQueue, ...names: string[]) => on(queue.queueArn, "sqs", names);
  // For the event source, which polls with the function's role.
  // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
  const consume = ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"];
  // For the function itself: what failed comes back soon.
  const consumeAndRetry = [...consume, "ChangeMessageVisibility"];
  const sendAndConsume = ["SendMessage", ...consumeAndRetry];
  return {
    putConnection: { ...onTable("PutItem"), leadingKeys: [Partitions.connections] },
    countSpending: { ...onTable("UpdateItem"), leadingKeys: [Partitions.spendings] },
    listConnections: { ...onTable("Query"), leadingKeys: [Partitions.connections] },
    useItems: onTable(
      ...[
        "GetItem",
        "BatchGetItem",
        "PutItem",
        "UpdateItem",
        "DeleteItem",
        "Query",
        "BatchWriteItem",
      ],
    ),
    /** Of HTTP, on their way to the lane and back. */
    useRequests: {
      ...onTable("GetItem", "Query", "BatchWriteItem"),
      leadingKeys: [`${REQUEST_PREFIX}*`],
    },
    /** To where events of connections go. */
    send: onQueue(application?.queue ?? lane, "SendMessage"),
    useLane: onQueue(lane, ...sendAndConsume),
    deadLetter: onQueue(deadLetters, "SendMessage"),
    useSlices: {
      ...onTable("GetItem", "Query", "PutItem"),
      leadingKeys: Partitions.fanOut,
    },
    sendSlices: onQueue(fanOut, "SendMessage"),
    consumeSlices: onQueue(fanOut, ...consumeAndRetry),
    useDelays: onQueue(delays, ...sendAndConsume),
    sendDelays: onQueue(delays, "SendMessage"),
    manage: (...methods: ManagementMethod[]): Permission => ({
      actions: ["execute-api:ManageConnections"],
      resources: gateway.connectionArns(...methods),
      wildcardReason:
        "Connection ids are made by API Gateway while the stack runs; the wildcard covers those of this stage and method only.",
    }),
  };
}

function on(resource: string, service: string, names: readonly string[]): Permission {
  return { actions: names.map((name) => `${service}:${name}`), resources: [resource] };
}
