import { type Reference, readReference } from "./references";
import { signCall } from "./sign";

type Environment = Record<string, string | undefined>;

/** As many as one request asks for: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html */
const PARAMETERS_A_REQUEST = 10;

/**
 * Puts secrets in the place of the references that variables hold. Rejects with an Error that names the variable and
 * what it names, and never the value.
 */
export async function readSecrets(environment: Environment): Promise<void> {
  const named = Object.entries(environment).flatMap(([variable, value = ""]) => {
    const reference = readReference(value);
    return reference ? [{ variable, reference, value }] : [];
  });
  const parameters = namesOf(named, "ssm");
  const secrets = namesOf(named, "secretsmanager");
  const [texts, whole] = await Promise.all([
    readParameters(parameters, environment),
    readWhole(secrets, environment),
  ]);
  for (const { variable, reference, value } of named) {
    const found = reference.store === "ssm" ? texts.get(reference.name) : pick(whole, reference);
    if (found === undefined) throw new Error(describeMissing(variable, value));
    environment[variable] = found;
  }
}

function namesOf(named: readonly { readonly reference: Reference }[], store: Reference["store"]) {
  const all = named.filter(({ reference }) => reference.store === store);
  return [...new Set(all.map(({ reference }) => reference.name))];
}

function describeMissing(variable: string, value: string): string {
  return `Cannot set the variable ${variable}: expected ${value} to be there, got nothing. Create it in this Region and account, or correct its name`;
}

async function readParameters(names: readonly string[], environment: Environment) {
  const found = new Map<string, string>();
  for (let at = 0; at < names.length; at += PARAMETERS_A_REQUEST) {
    const Names = names.slice(at, at + PARAMETERS_A_REQUEST);
    const call = { service: "ssm", target: "AmazonSSM.GetParameters" };
    const { Parameters = [] } = await ask(call, { Names, WithDecryption: true }, environment);
    for (const { Name, Value } of Parameters as { Name: string; Value: string }[])
      found.set(Name, Value);
  }
  return found;
}

async function readWhole(names: readonly string[], environment: Environment) {
  const call = { service: "secretsmanager", target: "secretsmanager.GetSecretValue" };
  const read = async (SecretId: string) => {
    const { SecretString } = await ask(call, { SecretId }, environment);
    return [SecretId, String(SecretString)] as const;
  };
  return new Map(await Promise.all(names.map(read)));
}

function pick(whole: ReadonlyMap<string, string>, reference: Reference): string | undefined {
  const text = whole.get(reference.name);
  const { key } = reference as { readonly key?: string };
  if (text === undefined || key === undefined) return text;
  const value = entryOf(text, key);
  return value === undefined || typeof value === "string" ? value : JSON.stringify(value);
}

function entryOf(text: string, key: string): unknown {
  try {
    return (JSON.parse(text) as Record<string, unknown>)[key];
  } catch {
    return undefined;
  }
}

interface Call {
  readonly service: string;
  readonly target: string;
}

async function ask(
  { service, target }: Call,
  input: object,
  environment: Environment,
): Promise<Record<string, unknown>> {
  const {
    AWS_REGION: region = "",
    AWS_ACCESS_KEY_ID,
    AWS_SECRET_ACCESS_KEY,
    AWS_SESSION_TOKEN,
  } = environment;
  // The variable by which every AWS SDK is pointed at another endpoint of a service.
  // https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
  const variable = `AWS_ENDPOINT_URL_${service === "ssm" ? "SSM" : "SECRETS_MANAGER"}`;
  const suffix = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  const url = new URL(environment[variable] ?? `https://${service}.${region}.${suffix}`);
  const body = JSON.stringify(input);
  const keys = {
    accessKeyId: AWS_ACCESS_KEY_ID ?? "",
    secretAccessKey: AWS_SECRET_ACCESS_KEY ?? "",
    ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
  };
  const headers = signCall({ service, region, host: url.host, target, body }, keys, new Date());
  const response = await fetch(url, { method: "POST", headers, body });
  const answer = (await response.json()) as Record<string, unknown>;
  if (response.ok) return answer;
  const { __type, message, Message } = answer;
  throw new Error(
    `Cannot read secrets (${JSON.stringify(input)}): ${service} answered ${response.status} ${__type}: ${message ?? Message}`,
  );
}
