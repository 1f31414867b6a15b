import { randomBytes } from "node:crypto";
import { isObject, type Json, type JsonObject } from "../json";
import type { Resource } from "./assembly";

/** The account, Region and API id that the local stack pretends to have. */
export const Local = {
  account: "000000000000",
  region: "us-east-1",
  partition: "aws",
  urlSuffix: "amazonaws.com",
  apiId: "local12345",
  accessKeyId: "LOCALACCESSKEYID",
  /** Of this process: what can sign is what has read it from the stack, and no page that guesses. */
  secretAccessKey: randomBytes(30).toString("base64url"),
  sessionToken: "local-session-token",
} as const;

/** Addresses that appear in physical names. */
export interface Endpoints {
  readonly sqsUrl: string;
  /** URLs of functions, by the logical id of `AWS::Lambda::Url`. */
  readonly functionUrls: Readonly<Record<string, string>>;
}

/** What `Ref` and `Fn::GetAtt` give for one resource. */
export interface ResourceNames {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** The host of the one distribution. */
const DISTRIBUTION = "local.cloudfront.net";

type Resolve = (value: Json) => Json;

/** ARN of a resource of the local account. */
export function arn(service: string, resource: string): string {
  return `arn:${Local.partition}:${service}:${Local.region}:${Local.account}:${resource}`;
}

/** What the names of one resource depend on. */
interface NamingInput {
  readonly logicalId: string;
  readonly properties: JsonObject;
  readonly endpoints: Endpoints;
  /** The name that a property gives, or else the logical id. */
  readonly named: (property: string) => string;
}

const namings: Readonly<Record<string, (input: NamingInput) => ResourceNames>> = {
  "AWS::SQS::Queue": queueNames,
  "AWS::DynamoDB::Table": tableNames,
  "AWS::DynamoDB::GlobalTable": tableNames,
  "AWS::Lambda::Function": byName("FunctionName", (name) => arn("lambda", `function:${name}`)),
  "AWS::Lambda::Url": ({ logicalId, endpoints }) => ({
    ref: logicalId,
    attributes: { FunctionUrl: endpoints.functionUrls[logicalId] ?? "" },
  }),
  "AWS::Events::Rule": byName("Name", (name) => arn("events", `rule/${name}`)),
  "AWS::Scheduler::Schedule": byName("Name", (name) =>
    arn("scheduler", `schedule/default/${name}`),
  ),
  "AWS::Logs::LogGroup": byName("LogGroupName", (name) => arn("logs", `log-group:${name}:*`)),
  "AWS::IAM::Role": byName(
    "RoleName",
    (name) => `arn:${Local.partition}:iam::${Local.account}:role/${name}`,
  ),
  "AWS::S3::Bucket": bucketNames,
  "AWS::CloudFront::Distribution": ({ logicalId }) => {
    const Arn = `arn:${Local.partition}:cloudfront::${Local.account}:distribution/${logicalId}`;
    return { ref: logicalId, attributes: { Arn, Id: logicalId, DomainName: DISTRIBUTION } };
  },
  "AWS::CloudFront::Function": ({ logicalId }) => {
    const FunctionARN = `arn:${Local.partition}:cloudfront::${Local.account}:function/${logicalId}`;
    return { ref: FunctionARN, attributes: { FunctionARN } };
  },
  "AWS::CloudFront::OriginAccessControl": byId,
  "AWS::CloudFront::OriginRequestPolicy": byId,
  "AWS::CloudFront::CachePolicy": byId,
  "AWS::SecretsManager::Secret": ({ logicalId }) => {
    const Id = arn("secretsmanager", `secret:${logicalId}`);
    return { ref: Id, attributes: { Id } };
  },
  "AWS::ApiGatewayV2::Stage": ({ named }) => ({ ref: named("StageName"), attributes: {} }),
  "AWS::ApiGatewayV2::Api": () => {
    const ApiEndpoint = `wss://${Local.apiId}.execute-api.${Local.region}.${Local.urlSuffix}`;
    return { ref: Local.apiId, attributes: { ApiId: Local.apiId, ApiEndpoint } };
  },
};

/** Physical names of a resource: what CloudFormation would report once it is deployed. */
export function namesOf(
  logicalId: string,
  resource: Resource,
  endpoints: Endpoints,
  resolve: Resolve,
): ResourceNames {
  const properties = resource.Properties ?? {};
  const named = (property: string) => ownName(properties, property, resolve) ?? logicalId;
  const naming = namings[resource.Type];
  if (naming) return naming({ logicalId, properties, endpoints, named });
  return { ref: logicalId, attributes: { Arn: arn("local", logicalId) } };
}

function byName(property: string, arnOf: (name: string) => string) {
  return ({ named }: NamingInput): ResourceNames => {
    const name = named(property);
    return { ref: name, attributes: { Arn: arnOf(name) } };
  };
}

function byId({ logicalId }: NamingInput): ResourceNames {
  return { ref: logicalId, attributes: { Id: logicalId } };
}

function bucketNames({ named }: NamingInput): ResourceNames {
  // CloudFormation makes names of lower case.
  const name = named("BucketName").toLowerCase();
  const RegionalDomainName = `${name}.s3.${Local.region}.${Local.urlSuffix}`;
  const DomainName = `${name}.s3.${Local.urlSuffix}`;
  const Arn = `arn:${Local.partition}:s3:::${name}`;
  return { ref: name, attributes: { Arn, RegionalDomainName, DomainName } };
}

function tableNames({ named }: NamingInput): ResourceNames {
  const name = named("TableName");
  const Arn = arn("dynamodb", `table/${name}`);
  return { ref: name, attributes: { Arn, TableId: name, StreamArn: `${Arn}/stream/local` } };
}

function queueNames({ logicalId, properties, endpoints, named }: NamingInput): ResourceNames {
  // A FIFO queue's name must end in .fifo; CloudFormation makes such a name when none is given.
  const isFifo = properties.FifoQueue === true || properties.FifoQueue === "true";
  const given = named("QueueName");
  const name = isFifo && given === logicalId ? `${logicalId}.fifo` : given;
  const url = `${endpoints.sqsUrl}/${Local.account}/${name}`;
  return { ref: url, attributes: { Arn: arn("sqs", name), QueueName: name, QueueUrl: url } };
}

function ownName(properties: JsonObject, property: string, resolve: Resolve): string | undefined {
  const given = properties[property];
  if (given === undefined) return undefined;
  const name = resolve(given);
  // AWS::NoValue resolves to null: the property then counts as absent.
  return name === null || isObject(name) ? undefined : String(name);
}

/** Name of a function, from its name, its ARN or an ARN with an alias. */
export function functionNameOf(nameOrArn: string): string {
  return nameOrArn.startsWith("arn:") ? (nameOrArn.split(":")[6] ?? nameOrArn) : nameOrArn;
}
