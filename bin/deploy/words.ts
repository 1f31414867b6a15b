/** Resources of a template in words: `queue Lanes`, `function Connect`. */

const NOUNS: Readonly<Record<string, readonly [one: string, many: string]>> = {
  "AWS::ApiGateway::Account": ["log setting of API Gateway", "log settings of API Gateway"],
  "AWS::ApiGatewayV2::Api": ["WebSocket API", "WebSocket APIs"],
  "AWS::ApiGatewayV2::Integration": ["integration", "integrations"],
  "AWS::ApiGatewayV2::Route": ["route", "routes"],
  "AWS::ApiGatewayV2::Stage": ["stage", "stages"],
  "AWS::Budgets::Budget": ["budget", "budgets"],
  "AWS::CloudFront::CachePolicy": ["cache policy", "cache policies"],
  "AWS::CloudFront::Distribution": ["CloudFront distribution", "CloudFront distributions"],
  "AWS::CloudFront::OriginAccessControl": ["access to a bucket", "accesses to buckets"],
  "AWS::CloudFront::Function": ["CloudFront function", "CloudFront functions"],
  "AWS::CloudWatch::Alarm": ["alarm", "alarms"],
  "AWS::CloudWatch::Dashboard": ["dashboard", "dashboards"],
  "AWS::DynamoDB::Table": ["table", "tables"],
  "AWS::Events::Rule": ["schedule", "schedules"],
  "AWS::IAM::Policy": ["policy", "policies"],
  "AWS::IAM::Role": ["role", "roles"],
  "AWS::Lambda::EventInvokeConfig": ["retry setting", "retry settings"],
  "AWS::Lambda::EventSourceMapping": ["event source", "event sources"],
  "AWS::Lambda::Function": ["function", "functions"],
  "AWS::Lambda::LayerVersion": ["layer", "layers"],
  "AWS::Lambda::Permission": ["permission", "permissions"],
  "AWS::Lambda::Url": ["function URL", "function URLs"],
  "AWS::Logs::LogGroup": ["log group", "log groups"],
  "AWS::S3::Bucket": ["bucket", "buckets"],
  "AWS::S3::BucketPolicy": ["bucket policy", "bucket policies"],
  "AWS::SecretsManager::Secret": ["secret", "secrets"],
  "AWS::SQS::Queue": ["queue", "queues"],
  "AWS::SQS::QueuePolicy": ["queue policy", "queue policies"],
  "Custom::CDKBucketDeployment": ["upload of files", "uploads of files"],
};

/** A resource of a template. */
export interface TemplateResource {
  readonly Type: string;
  readonly DeletionPolicy?: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Metadata?: Readonly<Record<string, unknown>>;
}

export interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
}

export function nounOf(type: string, count = 1): string {
  const [one, many] = NOUNS[type] ?? [];
  if (one !== undefined && many !== undefined) return count === 1 ? one : many;
  // `AWS::Kinesis::Stream` is `Kinesis Stream`, `Custom::Word` is `Word`.
  return type.split("::").slice(-2).join(" ").replace("Custom ", "");
}

/** Segments that say nothing to people, or what the noun has said. */
const SILENT = /^(Rooms|Functions|DefaultPolicy|Gateway|Api|Alarms|AllowEventRule.*)$/;

/** A name by the construct's path, without what each of them has. */
export function nameOf(logicalId: string, resource: TemplateResource | undefined): string {
  const path = resource?.Metadata?.["aws:cdk:path"];
  if (typeof path !== "string") return logicalId.replace(/^Rooms(Functions)?|[0-9A-F]{8}$/g, "");
  const segments = path
    .split("/")
    .slice(1)
    .filter((segment) => !/^(Resource|Default)$/.test(segment));
  const telling = segments.filter((segment) => !SILENT.test(segment));
  // `Table/Table`, and the role and the log that are called so.
  const words = (telling.length > 0 ? telling : segments.slice(-1))
    .filter((segment, index, all) => segment !== all[index - 1])
    .map((segment) => segment.replace(/^(.+)(Role|Log|-Route|-Permission)$/, "$1"))
    // What copies the site's files is named by the CDK.
    .map((segment) => segment.replace(/^Custom::CDKBucketDeployment.*$/, "Site Upload"));
  return words.join(" ") || logicalId;
}

export function describeResource(logicalId: string, type: string, { Resources }: Template): string {
  return `${nounOf(type)} ${nameOf(logicalId, Resources[logicalId])}`;
}
