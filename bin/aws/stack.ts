import { readFileSync } from "node:fs";
import path from "node:path";
import type { Config } from "../command/config";
import { type AwsCalls, AwsError, textsOf, unescaped } from "./calls";

const CLOUDFORMATION = ["cloudformation", "2010-05-15"] as const;

/** A stack, as CloudFormation describes it. */
export interface Stack {
  readonly id: string;
  readonly name: string;
  /** Such as `CREATE_COMPLETE`. */
  readonly status: string;
  readonly reason: string;
  readonly description: string;
  readonly outputs: Readonly<Record<string, string>>;
}

export interface StackResource {
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
  readonly status: string;
}

/** Something that happened to a resource. */
export interface StackEvent extends StackResource {
  readonly eventId: string;
  readonly reason: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** What the command and the file name; else the name of the package in the working directory, or of the folder. */
export function stackNameOf(given: string | undefined, { stackName }: Config): string {
  const chosen = given ?? stackName;
  if (chosen !== undefined) return chosen;
  const name = packageName() ?? path.basename(process.cwd());
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
  const letters = name.replace(/^@[^/]*\//, "").replace(/[^A-Za-z0-9]+/g, "-");
  return `LambdaRooms-${letters}`.replace(/-+$/, "").slice(0, 128);
}

function packageName(): string | undefined {
  try {
    const { name } = JSON.parse(readFileSync("package.json", "utf8"));
    return typeof name === "string" && name !== "" ? name : undefined;
  } catch {
    return undefined;
  }
}

/** The stack of a name or an id; `undefined` where CloudFormation has no such stack. */
export async function findStack(calls: AwsCalls, name: string): Promise<Stack | undefined> {
  try {
    const xml = await calls.query(...CLOUDFORMATION, "DescribeStacks", { StackName: name });
    return readStack(xml);
  } catch (error) {
    // CloudFormation has no code of its own for that.
    if (error instanceof AwsError && /does not exist/.test(error.said)) return undefined;
    throw error;
  }
}

/** @throws Error if there is no such stack, or if it is not one of this project */
export async function requireStack(doing: string, calls: AwsCalls, name: string): Promise<Stack> {
  const stack = await findStack(calls, name);
  if (stack !== undefined) {
    refuseForeign(doing, stack);
    return stack;
  }
  const region = await calls.region();
  throw new Error(
    `Cannot ${doing}: expected a stack called ${name} in ${region}, got none: name it with --stack-name, or another --region or --profile`,
  );
}

/** Whether `deploy` has made it, or the CDK app of the clone: another stack is neither changed nor deleted. */
export function isOurs({ description, outputs }: Stack): boolean {
  return (
    description.startsWith("Lambda Rooms") || ("PublishUrl" in outputs && "DeadLetters" in outputs)
  );
}

/** @throws Error if it is not one of this project */
export function refuseForeign(doing: string, stack: Stack): void {
  if (isOurs(stack)) return;
  throw new Error(
    `Cannot ${doing}: expected ${stack.name} to be a stack of Lambda Rooms, got another (${stack.description || "without a description"}): choose a name by --stack-name`,
  );
}

export async function listResources(calls: AwsCalls, name: string): Promise<StackResource[]> {
  const found: StackResource[] = [];
  let next: string | undefined;
  do {
    const page = { StackName: name, ...(next ? { NextToken: next } : {}) };
    const xml = await calls.query(...CLOUDFORMATION, "ListStackResources", page);
    found.push(...membersOf(xml).map(readResource));
    [next] = textsOf(xml, "NextToken");
  } while (next);
  return found;
}

/** Events since one that is known, the oldest first. */
export async function eventsSince(
  calls: AwsCalls,
  stack: string,
  known: string | undefined,
): Promise<StackEvent[]> {
  const found: StackEvent[] = [];
  let next: string | undefined;
  do {
    const page = { StackName: stack, ...(next ? { NextToken: next } : {}) };
    const xml = await calls.query(...CLOUDFORMATION, "DescribeStackEvents", page);
    // The newest first.
    for (const member of membersOf(xml)) {
      const event = readEvent(member);
      if (event.eventId === known) return found.reverse();
      found.push(event);
    }
    [next] = textsOf(xml, "NextToken");
  } while (next);
  return found.reverse();
}

export async function newestEvent(calls: AwsCalls, stack: string): Promise<string | undefined> {
  const xml = await calls.query(...CLOUDFORMATION, "DescribeStackEvents", { StackName: stack });
  return textsOf(xml, "EventId")[0];
}

export async function deployedTemplate(calls: AwsCalls, name: string): Promise<unknown> {
  const xml = await calls.query(...CLOUDFORMATION, "GetTemplate", { StackName: name });
  return JSON.parse(unescaped(textsOf(xml, "TemplateBody")[0] ?? "{}"));
}

/** How many resources a change set touches; `undefined` where CloudFormation does not say. */
export async function countChanges(
  calls: AwsCalls,
  stack: string,
  changeSet: string,
): Promise<number | undefined> {
  const names = { StackName: stack, ChangeSetName: changeSet };
  try {
    const xml = await calls.query(...CLOUDFORMATION, "DescribeChangeSet", names);
    // More come by pages, which is not worth a request: the count is shown and decides nothing.
    if (textsOf(xml, "NextToken").length > 0) return undefined;
    return textsOf(xml, "LogicalResourceId").length || undefined;
  } catch {
    return undefined;
  }
}

export async function deleteStack(calls: AwsCalls, name: string): Promise<void> {
  await calls.query(...CLOUDFORMATION, "DeleteStack", { StackName: name });
}

/** Elements of a list hold no lists of their own in what is read here. */
function membersOf(xml: string): string[] {
  return xml.split("<member>").slice(1);
}

function readStack(xml: string): Stack {
  const one = (element: string) => unescaped(textsOf(xml, element)[0] ?? "");
  const keys = textsOf(xml, "OutputKey");
  const values = textsOf(xml, "OutputValue").map(unescaped);
  return {
    ...{ id: one("StackId"), name: one("StackName"), status: one("StackStatus") },
    reason: one("StackStatusReason"),
    // Outputs and parameters may have descriptions of their own.
    description: unescaped(
      textsOf(xml.replace(/<(Outputs|Parameters)>[\s\S]*?<\/\1>/g, ""), "Description")[0] ?? "",
    ),
    outputs: Object.fromEntries(keys.map((key, index) => [key, values[index] ?? ""])),
  };
}

function readResource(xml: string): StackResource {
  const one = (element: string) => unescaped(textsOf(xml, element)[0] ?? "");
  return {
    ...{ logicalId: one("LogicalResourceId"), physicalId: one("PhysicalResourceId") },
    ...{ type: one("ResourceType"), status: one("ResourceStatus") },
  };
}

function readEvent(xml: string): StackEvent {
  const one = (element: string) => unescaped(textsOf(xml, element)[0] ?? "");
  return {
    ...{ ...readResource(xml), eventId: one("EventId"), reason: one("ResourceStatusReason") },
    at: Date.parse(one("Timestamp")),
  };
}
