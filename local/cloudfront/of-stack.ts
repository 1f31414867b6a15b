import type { Gateway } from "../gateway/gateway";
import { Buckets } from "../s3/buckets";
import type { ApiModel, StackModel } from "../template/model";
import { Local } from "../template/names";
import { CloudFront } from "./cloudfront";
import { createOrigins } from "./origins";

/** The distribution in front, if the template has one. */
export function createCloudFront(
  { distribution, buckets }: StackModel,
  api: ApiModel,
  gateway: Gateway,
  warn: (text: string) => void,
): CloudFront | undefined {
  if (!distribution) return undefined;
  const origins = createOrigins({
    apiDomain: `${api.id}.execute-api.${Local.region}.${Local.urlSuffix}`,
    stage: api.stage,
    upgrade: (request, stream, head) => void gateway.upgrade(request, stream, head),
    buckets: new Buckets(buckets),
  });
  return new CloudFront(distribution, origins, warn);
}
