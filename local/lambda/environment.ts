import type { FunctionModel } from "../template/model";
import { Local } from "../template/names";

/** Variables with which an SDK client reaches this stack instead of AWS. */
export interface StackEnvironment {
  readonly [name: string]: string;
}

/** Addresses of the services of a running stack. */
export interface ServiceUrls {
  readonly dynamodb: string;
  readonly sqs: string;
  /** Base of the management API: the stage's URL. */
  readonly management: string;
}

/** https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html */
export function stackEnvironment(urls: ServiceUrls): StackEnvironment {
  return {
    AWS_REGION: Local.region,
    AWS_DEFAULT_REGION: Local.region,
    AWS_ACCESS_KEY_ID: Local.accessKeyId,
    AWS_SECRET_ACCESS_KEY: Local.secretAccessKey,
    AWS_SESSION_TOKEN: Local.sessionToken,
    AWS_ENDPOINT_URL_DYNAMODB: urls.dynamodb,
    AWS_ENDPOINT_URL_SQS: urls.sqs,
    AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI: urls.management,
  };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
export function functionEnvironment(
  model: FunctionModel,
  taskRoot: string,
  stack: StackEnvironment,
  sessionToken: string,
): Record<string, string> {
  return {
    ...model.environment,
    ...stack,
    AWS_SESSION_TOKEN: sessionToken,
    AWS_EXECUTION_ENV: "AWS_Lambda_nodejs",
    AWS_LAMBDA_FUNCTION_NAME: model.name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(model.memoryMb),
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${model.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: "local",
    ...(model.logLevel && { AWS_LAMBDA_LOG_FORMAT: "JSON", AWS_LAMBDA_LOG_LEVEL: model.logLevel }),
    LAMBDA_TASK_ROOT: taskRoot,
    // AWS SAM's local Lambda sets this variable to show that it is not AWS.
    AWS_SAM_LOCAL: "true",
    TZ: ":UTC",
    _HANDLER: model.handler,
    // The SDK would warn, in every container, of this machine's Node version, which Lambda does not run.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  };
}
