import type { AwsCalls } from "./aws-calls";
import { find, membersAt, parseXml, textAt } from "./xml";

/** What a deployed stack is made of, as far as the console looks at it. */
export interface DeployedStack {
  readonly name: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly resources: readonly Resource[];
}

export interface Resource {
  readonly logicalId: string;
  /** Of a queue its URL, of others their name. */
  readonly physicalId: string;
  readonly type: string;
}

const CLOUDFORMATION = ["cloudformation", "2010-05-15"] as const;

/**
 * Reads a stack's outputs and resources. Untried on AWS.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html
 *
 * @throws Error if there is no such stack
 */
export async function describeStack(calls: AwsCalls, name: string): Promise<DeployedStack> {
  const described = parseXml(
    await calls.query(...CLOUDFORMATION, "DescribeStacks", { StackName: name }),
  );
  const [stack] = membersAt(described, "DescribeStacksResponse", "DescribeStacksResult", "Stacks");
  const outputs = membersAt(stack, "Outputs").map((output) => [
    textAt(output, "OutputKey"),
    textAt(output, "OutputValue"),
  ]);
  const resources: Resource[] = [];
  let next = "";
  do {
    const parameters = { StackName: name, ...(next && { NextToken: next }) };
    const page = parseXml(await calls.query(...CLOUDFORMATION, "ListStackResources", parameters));
    const result = find(page, "ListStackResourcesResponse", "ListStackResourcesResult");
    for (const one of membersAt(result, "StackResourceSummaries")) {
      resources.push({
        logicalId: textAt(one, "LogicalResourceId"),
        physicalId: textAt(one, "PhysicalResourceId"),
        type: textAt(one, "ResourceType"),
      });
    }
    next = textAt(result, "NextToken");
  } while (next !== "");
  return { name, outputs: Object.fromEntries(outputs), resources };
}
