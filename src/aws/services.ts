import { JsonClient, type JsonService, SDK_RETRIES } from "./json-client";
import { SignedTransport } from "./signed-transport";
import type { Credentials } from "./signer";

/** Of a function: what Lambda sets in its environment. */
export interface AwsEnvironment {
  readonly region: string;
  readonly credentials: () => Credentials;
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB.html */
export function createDynamo(environment: AwsEnvironment): JsonService {
  return create(environment, { service: "dynamodb", target: "DynamoDB_20120810" });
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Operations.html */
export function createSqs(environment: AwsEnvironment): JsonService {
  return create(environment, { service: "sqs", target: "AmazonSQS" });
}

interface Service {
  readonly service: keyof typeof SDK_RETRIES;
  readonly target: string;
}

function create({ region, credentials, variables }: AwsEnvironment, of: Service): JsonService {
  const endpoint = endpointOf(of.service, region, variables);
  const { AWS_MAX_ATTEMPTS } = variables;
  const own = SDK_RETRIES[of.service];
  const retries = { ...own, most: Number(AWS_MAX_ATTEMPTS) || own.most };
  return new JsonClient(new SignedTransport({ ...of, endpoint, region, credentials }), retries);
}

/**
 * Where a service answers. The variables are those by which every AWS SDK is pointed elsewhere.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export function endpointOf(
  service: string,
  region: string,
  variables: AwsEnvironment["variables"],
): string {
  const own = variables[`AWS_ENDPOINT_URL_${service.toUpperCase()}`];
  return own ?? variables.AWS_ENDPOINT_URL ?? `https://${service}.${region}.${suffixOf(region)}`;
}

/** Of the partitions that the SDKs know: https://docs.aws.amazon.com/general/latest/gr/rande.html */
const SUFFIXES: readonly (readonly [RegExp, string])[] = [
  [/^cn-/, "amazonaws.com.cn"],
  [/^us-iso-/, "c2s.ic.gov"],
  [/^us-isob-/, "sc2s.sgov.gov"],
  [/^us-isof-/, "csp.hci.ic.gov"],
  [/^eu-isoe-/, "cloud.adc-e.uk"],
  [/^eusc-/, "amazonaws.eu"],
];

function suffixOf(region: string): string {
  return SUFFIXES.find(([regions]) => regions.test(region))?.[1] ?? "amazonaws.com";
}
