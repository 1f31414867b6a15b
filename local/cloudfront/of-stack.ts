import type { Gateway } from "../gateway/gateway";
import type { Buckets } from "../s3/buckets";
import type { ApiModel, StackModel } from "../template/model";
import { Local } from "../template/names";
import { CloudFront } from "./cloudfront";
import { createOrigins } from "./origins";

interface Parts {
  readonly api: ApiModel;
  readonly gateway: Gateway;
  readonly buckets: Buckets;
  readonly warn: (text: string) => void;
}

/** The distribution in front, if the template has one. */
export function createCloudFront(
  { distribution }: StackModel,
  { api, gateway, buckets, warn }: Parts,
): CloudFront | undefined {
  if (!distribution) return undefined;
  const origins = createOrigins({
    apiDomain: `${api.id}.execute-api.${Local.region}.${Local.urlSuffix}`,
    stage: api.stage,
    upgrade: (request, stream, head) => void gateway.upgrade(request, stream, head),
    buckets,
  });
  return new CloudFront(distribution, origins, warn);
}
