import { ArnFormat, DefaultStackSynthesizer, Stack, SymlinkFollowMode } from "aws-cdk-lib";
import type { Distribution } from "aws-cdk-lib/aws-cloudfront";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import { BucketDeployment, CacheControl, Source } from "aws-cdk-lib/aws-s3-deployment";
import type { Construct } from "constructs";
import type { ServedFile } from "../checks/site";
import { acknowledge, acknowledgeWildcards } from "./acknowledge";
import { stageFiles } from "./site-files";

/** How the CDK names the function that copies files. */
const UPLOADER = "Custom::CDKBucketDeployment";

/** What `deployFiles` needs. */
export interface DeploymentProps {
  readonly files: readonly ServedFile[];
  /** Where the asset is made. */
  readonly directory: string;
  readonly bucket: IBucket;
  readonly distribution: Distribution;
}

/** Puts files into the bucket at each deployment, and drops what CloudFront has kept of older ones. */
export function deployFiles(scope: Construct, props: DeploymentProps): void {
  const { files, directory, bucket, distribution } = props;
  if (files.length === 0) return;
  // Windows lets no ordinary user make links.
  const isLinked =
    Boolean(scope.node.tryGetContext("lambda-rooms:local")) && process.platform !== "win32";
  stageFiles(files, directory, isLinked);
  new BucketDeployment(scope, "Upload", {
    sources: [Source.asset(directory, isLinked ? { followSymlinks: SymlinkFollowMode.NEVER } : {})],
    destinationBucket: bucket,
    // Browsers ask each time, as under Express; CloudFront keeps files until the next deployment.
    cacheControl: [CacheControl.fromString("public, max-age=0, s-maxage=31536000")],
    distribution,
    distributionPaths: ["/*"],
    // The bucket goes with the stack, and an empty one alone can.
    retainOnDelete: false,
    memoryLimit: 512,
  });
  acknowledgeUploader(scope, bucket);
}

/** Actions and resources of the policies that CDK gives to its function. */
const ACTIONS = ["GetBucket", "GetObject", "List", "Abort", "DeleteObject"];

function acknowledgeUploader(scope: Construct, bucket: IBucket): void {
  const stack = Stack.of(scope);
  const uploader = stack.node.children.find(({ node }) => node.id.startsWith(UPLOADER));
  if (!uploader) return;
  const reason = "CDK's own function copies the files, once a deployment, and has policies of CDK.";
  const policy = "arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";
  acknowledge(uploader, "L1", reason);
  acknowledge(uploader, `IAM4[Policy::${policy}]`, reason);
  for (const action of ACTIONS) acknowledge(uploader, `IAM5[Action::s3:${action}*]`, reason);
  const assets = stack.formatArn({
    ...{ service: "s3", region: "", account: "", resource: assetBucket(stack) },
    ...{ resourceName: "*", arnFormat: ArnFormat.SLASH_RESOURCE_NAME },
  });
  acknowledgeWildcards(uploader, [assets, bucket.arnForObjects("*"), "*"], reason);
}

/** Where the CDK puts assets; an application may have a synthesizer of its own. */
function assetBucket(stack: Stack): string {
  const { bootstrapQualifier = DefaultStackSynthesizer.DEFAULT_QUALIFIER } = stack.synthesizer;
  return `cdk-${bootstrapQualifier}-assets-${stack.account}-${stack.region}`;
}
