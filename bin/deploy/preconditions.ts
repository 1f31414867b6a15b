import { type Account, asking } from "../aws/account";
import { type AwsCalls, AwsError } from "../aws/calls";
import type { Stack } from "../aws/stack";
import { confirm, hasTerminal } from "../command/ask";
import { type Cdk, reasonOf } from "./cdk";

/** What a deployment needs of the account before it begins. */

const BOOTSTRAP_VERSION = "/cdk-bootstrap/hnb659fds/version";

/** Prepares the account for the CDK where that is asked for. */
export async function requireBootstrap(
  { calls, id, region }: Account,
  cdk: Cdk,
  isAsked: boolean,
): Promise<void> {
  if (await isBootstrapped(calls)) return;
  const command = `npx cdk bootstrap aws://${id}/${region}`;
  const question = `The account ${id} has not been prepared for the CDK in ${region}: a bucket for code, and roles. Do it now?`;
  const goesOn = isAsked || (hasTerminal() && (await confirm("deploy", question, { yes: false })));
  if (!goesOn) {
    throw new Error(
      `Cannot deploy: expected the account ${id} to be prepared for the CDK in ${region}, which is done once: run \`${command}\`, or give --bootstrap`,
    );
  }
  console.error(`Preparing the account ${id} in ${region} …`);
  const code = await cdk.bootstrap(id, region);
  if (code !== 0) throw new Error(`Cannot prepare the account: ${reasonOf(cdk.text)}`);
}

/** Where this may not be read, the CDK finds out. */
async function isBootstrapped(calls: AwsCalls): Promise<boolean> {
  return await asking("deploy", async () => {
    try {
      await calls.json("ssm", "AmazonSSM.GetParameter", { Name: BOOTSTRAP_VERSION });
      return true;
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      if (error.code === "ParameterNotFound") return false;
      if (/^AccessDenied/.test(error.code)) return true;
      throw error;
    }
  });
}

/** States in which CloudFormation takes no deployment, with the way out. */
export function refuseState({ name, status }: Stack): void {
  const wayOut = wayOutOf(name, status);
  if (wayOut === undefined) return;
  throw new Error(
    `Cannot deploy: expected the stack ${name} to be at rest, got ${status}: ${wayOut}`,
  );
}

function wayOutOf(name: string, status: string): string | undefined {
  if (status.endsWith("_IN_PROGRESS") && status !== "REVIEW_IN_PROGRESS") {
    return "another deployment or deletion is under way; wait until it has ended";
  }
  if (status === "UPDATE_ROLLBACK_FAILED") {
    return `run \`aws cloudformation continue-update-rollback --stack-name ${name}\`, then deploy again`;
  }
  if (/^(CREATE|DELETE|ROLLBACK)_FAILED$/.test(status)) {
    return `run \`npx lambda-rooms destroy --stack-name ${name}\`, then deploy again`;
  }
  return undefined;
}

/** The CDK's own role, with which a person may follow the stack who may do nothing else; else the person. */
export async function asDeployer({ calls, id, region }: Account): Promise<AwsCalls> {
  const partition = region.startsWith("cn-") ? "aws-cn" : "aws";
  const role = `arn:${partition}:iam::${id}:role/cdk-hnb659fds-deploy-role-${id}-${region}`;
  return await calls.assume(role).catch(() => calls);
}
