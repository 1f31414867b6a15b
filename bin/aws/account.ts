import type { Config } from "../command/config";
import { AwsCalls, AwsError, textsOf } from "./calls";

/** Who calls, and where. */
export interface Account {
  readonly calls: AwsCalls;
  readonly id: string;
  readonly region: string;
}

interface Choice {
  readonly profile?: string | undefined;
  readonly region?: string | undefined;
}

/** Puts a command's choice where the AWS SDK and the CDK look. The command line wins over the file, that over the shell. */
export function chooseAccount(values: Choice, config: Choice = {}): void {
  const { env } = process;
  const profile = values.profile ?? config.profile;
  if (profile !== undefined) {
    env.AWS_PROFILE = profile;
    // The SDK prefers keys of variables to a profile.
    for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"]) {
      delete env[name];
    }
  }
  const region = values.region ?? config.region ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION;
  if (region !== undefined) env.AWS_REGION = region;
}

/**
 * Signed calls with the account that they reach.
 *
 * @throws Error that says how to get credentials or a Region
 */
export async function reachAccount(
  doing: string,
  values: Choice,
  config: Config,
): Promise<Account> {
  chooseAccount(values, config);
  const calls = new AwsCalls();
  const region = await regionOf(doing, calls);
  await keysOf(doing, calls);
  const xml = await asking(doing, () => calls.query("sts", "2011-06-15", "GetCallerIdentity"));
  return { calls, region, id: textsOf(xml, "Account")[0] ?? "" };
}

async function regionOf(doing: string, calls: AwsCalls): Promise<string> {
  try {
    return await calls.region();
  } catch {
    throw new Error(
      `Cannot ${doing}: expected a Region of AWS, got none: --region eu-central-1, the variable AWS_REGION, or region in lambda-rooms.json`,
    );
  }
}

async function keysOf(doing: string, calls: AwsCalls): Promise<void> {
  try {
    await calls.keys();
  } catch (error) {
    throw new Error(`Cannot ${doing}: ${describeMissingKeys(error)}`, { cause: error });
  }
}

function describeMissingKeys(error: unknown): string {
  const profile = process.env.AWS_PROFILE;
  const signIn = profile === undefined ? "aws sso login" : `aws sso login --profile ${profile}`;
  const wayOut = `run \`aws configure\` or \`${signIn}\`, give --profile, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY`;
  const [said = ""] = error instanceof Error ? error.message.split("\n") : [];
  return `expected credentials for AWS, got none${profile ? ` of the profile ${profile}` : ""} (${said}): ${wayOut}`;
}

/** Asks AWS; what it refuses is said with the way out. */
export async function asking<T>(doing: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    // Our own say everything themselves.
    if (error instanceof Error && error.message.startsWith("Cannot ")) throw error;
    throw new Error(`Cannot ${doing}: ${describeRefusal(error)}`, { cause: error });
  }
}

const EXPIRED =
  /^(ExpiredToken|ExpiredTokenException|RequestExpired|InvalidClientTokenId|UnrecognizedClientException|InvalidSignatureException|SignatureDoesNotMatch)$/;
const DENIED = /^(AccessDenied|AccessDeniedException|UnauthorizedOperation)$/;

/** What AWS says, and what to do where that is known. */
export function describeRefusal(error: unknown): string {
  const answer = answerOf(error);
  if (answer === undefined) return describeFailure(error);
  const { code, said } = answer;
  if (EXPIRED.test(code)) {
    return `expected valid credentials, and AWS says ${code}: ${said}. Sign in again: \`aws sso login\`, or new keys`;
  }
  if (DENIED.test(code)) {
    return `expected the permission, and AWS says: ${said}. An administrator of the account can grant it`;
  }
  return `AWS says ${code}: ${said}`;
}

/** What AWS has answered to us, or to a client of its SDK. */
function answerOf(error: unknown): Pick<AwsError, "code" | "said"> | undefined {
  if (error instanceof AwsError) return error;
  if (!(error instanceof Error) || !("$metadata" in error)) return undefined;
  return { code: error.name, said: error.message };
}

/** `fetch failed` alone says nothing. */
function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "CredentialsProviderError") return describeMissingKeys(error);
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  const host = (cause as { hostname?: string }).hostname;
  return `expected an answer of AWS${host ? ` at ${host}` : ""}, got none (${cause.message}). Is the Region right, and is this machine online?`;
}
