import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";

/** What the SDK tells of a request, and whether one of its tries may have been carried out unheard. */
export interface Metadata {
  readonly attempts?: number | undefined;
  readonly isInDoubt?: boolean;
}

interface Failure {
  readonly $metadata?: { httpStatusCode?: number; isInDoubt?: boolean };
}

/**
 * Makes a client tell, with each answer and each error, whether the answer to an earlier try of the same request got
 * lost. The SDK's own `attempts` also counts tries that were throttled, and those have changed nothing.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
export function markLostResponses({ middlewareStack }: DynamoDBDocumentClient): void {
  middlewareStack.add(
    (next, context) => {
      const request = context as { isInDoubt?: boolean };
      return async (args) => {
        try {
          const result = await next(args);
          if (request.isInDoubt) tell(result.output as Failure);
          return result;
        } catch (error) {
          if (request.isInDoubt) tell(error as Failure);
          if (isLost(error as Failure)) request.isInDoubt = true;
          throw error;
        }
      };
    },
    // Inside the SDK's retries, which are of this step too, with priority "high".
    { step: "finalizeRequest", priority: "low", name: "markLostResponses", override: true },
  );
}

function tell({ $metadata: metadata }: Failure): void {
  if (metadata) metadata.isInDoubt = true;
}

/** Without an answer, or after a server's failure, the caller cannot know whether its write was carried out. */
function isLost({ $metadata: { httpStatusCode: status } = {} }: Failure): boolean {
  return status === undefined || status >= 500;
}
