import type { AwsCalls } from "../aws/calls";
import { countChanges, findStack, newestEvent, type Stack } from "../aws/stack";
import { type Cdk, reasonOf } from "./cdk";
import { readTemplate } from "./plan";
import { follow, Progress } from "./progress";

const CHANGE_SET = "lambda-rooms";

interface Deployment {
  readonly assembly: string;
  readonly stackName: string;
  readonly calls: AwsCalls;
  readonly cdk: Cdk;
  /** The stack as it was. */
  readonly before: Stack | undefined;
}

/**
 * Deploys a cloud assembly, and shows what becomes of each resource.
 *
 * @returns the stack as it is then
 * @throws Error with what failed first, and with the way out
 */
export async function carryOut(deployment: Deployment): Promise<Stack> {
  const { assembly, stackName, calls, cdk, before } = deployment;
  const template = readTemplate(assembly, stackName);
  const progress = new Progress(template);
  const isNew = before === undefined || /^(ROLLBACK|REVIEW)_/.test(before.status);
  if (isNew) progress.total = Object.keys(template.Resources).length;
  const known = before && (await newestEvent(calls, stackName).catch(() => undefined));
  let code: number | undefined;
  const ended = cdk.deploy(assembly, CHANGE_SET).then((value) => {
    code = value;
  });
  const stop = () => {
    console.error("\nStopping. What CloudFormation has begun, it carries on by itself.");
    cdk.stop();
  };
  process.once("SIGINT", stop);
  await follow({ calls, stack: stackName, known }, progress, async () => {
    // The change set is there while it is carried out.
    if (progress.total === undefined) {
      progress.total = await countChanges(calls, stackName, CHANGE_SET);
    }
    return code !== undefined;
  });
  await ended;
  process.off("SIGINT", stop);
  const after = await findStack(calls, stackName);
  if (code === 0 && after !== undefined) return after;
  throw new Error(describeFailure(progress, after, cdk.text));
}

function describeFailure({ failure }: Progress, after: Stack | undefined, text: string): string {
  if (failure === undefined) return `Cannot deploy: the CDK says\n  ${reasonOf(text)}`;
  const what = `Cannot deploy: CloudFormation could not make ${failure.what}: ${failure.reason}`;
  return `${what}\n${stateAfter(after)}`;
}

/** Where a failed deployment leaves the stack. */
function stateAfter(stack: Stack | undefined): string {
  const { name = "", status = "" } = stack ?? {};
  if (status === "UPDATE_ROLLBACK_COMPLETE") {
    return "The deployment before it is in place and runs. Mend that, and deploy again";
  }
  if (status === "ROLLBACK_COMPLETE") {
    return "What had been created is deleted again. Mend that, and deploy again: it replaces what is left of the stack";
  }
  if (status === "UPDATE_ROLLBACK_FAILED") {
    return `The stack ${name} is half way (${status}): \`aws cloudformation continue-update-rollback --stack-name ${name}\` goes on`;
  }
  return `The stack ${name} is in the state ${status || "deleted"}: \`npx lambda-rooms destroy --stack-name ${name}\` removes it`;
}
