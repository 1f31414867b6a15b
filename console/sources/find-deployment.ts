import { AwsCalls } from "../../bin/aws/calls";
import { findStack, listResources, type StackResource as Resource } from "../../bin/aws/stack";
import type { ConsoleSource } from "../source";
import { type Deployment, deployedSource } from "./deployed-source";

/** What a command line says of a deployment. What a stack's outputs have need not be given. */
export interface DeploymentOptions {
  readonly stackName?: string | undefined;
  readonly table?: string | undefined;
  readonly tableEndpoint?: string | undefined;
  readonly publishUrl?: string | undefined;
  readonly deadLetters?: string | undefined;
  readonly rooms?: string | undefined;
  readonly followsLogs: boolean;
}

/**
 * Finds a deployment's parts by its stack, and by what is given beside.
 *
 * @throws Error where there is no stack of the name, or no table in it
 */
export async function findDeployment(
  options: DeploymentOptions,
  calls = new AwsCalls(),
): Promise<ConsoleSource> {
  const { stackName, tableEndpoint, followsLogs } = options;
  const stack = stackName === undefined ? undefined : await readStack(calls, stackName);
  const { outputs = {}, resources = [] } = stack ?? {};
  const table =
    options.table ?? outputs.Table ?? only(resources, /^AWS::DynamoDB::(Global)?Table$/);
  if (table === undefined) {
    throw new Error(
      `Cannot open the console: expected a table, got a stack without one${list(stack)}`,
    );
  }
  const deployment: Deployment = {
    ...{ name: stackName ?? table, table, tableEndpoint, followsLogs, resources },
    publishUrl: options.publishUrl ?? outputs.PublishUrl,
    endpoint: outputs.Endpoint,
    queues: resources.flatMap(({ type, logicalId, physicalId }) =>
      type === "AWS::SQS::Queue" && /(Queue|DeadLetters)[0-9A-F]{8}$/.test(logicalId)
        ? physicalId
        : [],
    ),
    deadLetters: split(options.deadLetters ?? outputs.DeadLetters),
    rooms: options.rooms ?? `${stackName ?? ""}/Rooms`,
  };
  return deployedSource(deployment, calls);
}

interface Found {
  readonly outputs: Readonly<Record<string, string>>;
  readonly resources: readonly Resource[];
}

/** A stack of the user's own counts as well: the construct may be a part of it. */
async function readStack(calls: AwsCalls, name: string): Promise<Found> {
  const stack = await findStack(calls, name);
  if (stack === undefined) {
    throw new Error(
      `Cannot open the console: expected a stack called ${name} in ${await calls.region()}, got none`,
    );
  }
  return { outputs: stack.outputs, resources: await listResources(calls, name) };
}

/** Of a stack of the user's own, which has no such output. */
function only(resources: readonly Resource[], type: RegExp): string | undefined {
  const found = resources.filter((one) => type.test(one.type));
  return found.length === 1 ? found[0]?.physicalId : undefined;
}

function list(stack: Found | undefined): string {
  const tables = stack?.resources.filter(({ type }) => type.startsWith("AWS::DynamoDB::")) ?? [];
  if (tables.length === 0) return "";
  const names = tables.map(({ physicalId }) => physicalId).join(", ");
  return ` of that name only: give --table with one of ${names}`;
}

/** The output may be pasted as it is. */
function split(text = ""): string[] {
  return text.split(/[\s,]+/).filter((one) => one !== "");
}
