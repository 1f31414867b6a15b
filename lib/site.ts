import { RemovalPolicy, Stack } from "aws-cdk-lib";
import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import { Distribution } from "aws-cdk-lib/aws-cloudfront";
import { BlockPublicAccess, Bucket, type IBucket } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import type { ServedFile } from "../checks/site";
import { acknowledge } from "./acknowledge";
import { Behaviours, type BehavioursProps } from "./site-behaviours";
import { deployFiles } from "./site-deployment";
import { clientFiles } from "./site-files";
import { type Patterns, patternsOf } from "./site-patterns";
import type { SiteProps } from "./site-props";

/** Properties of `RoomsSite`. */
export interface RoomsSiteProps
  extends Omit<SiteProps, "site">,
    Pick<BehavioursProps, "api" | "stage" | "httpUrl" | "secret" | "paths"> {
  /** Whether the application's server hands out the files of its client. */
  readonly servesClient: boolean;

  /** Files of static folders that no middleware guards. */
  readonly files: readonly ServedFile[];

  /** Paths that the application itself answers: no folder that holds one goes to S3 as a whole. */
  readonly answered: readonly string[];

  /** A folder for what becomes an asset. */
  readonly directory: string;
}

/**
 * One host for an application: CloudFront in front of the WebSocket's stage (`/socket.io/`), of the function that serves
 * HTTP, and of S3 for static files.
 *
 * @see docs/site.md
 */
export class RoomsSite extends Construct {
  readonly distribution: Distribution;
  readonly bucket: IBucket;

  /** `https://…`, without a slash at the end. */
  readonly url: string;

  /** Of the first Socket.IO server: `/socket.io`. */
  readonly path: string;

  /** What comes from S3, and by which patterns. */
  readonly static: Patterns;

  constructor(scope: Construct, id: string, props: RoomsSiteProps) {
    super(scope, id);
    const { domainName, certificateArn, webAclArn, paths, servesClient } = props;
    [this.path = "/socket.io"] = paths;
    this.static = patternsOf(props.files, props.answered, paths.length);
    this.bucket = new Bucket(this, "Files", {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.DESTROY,
    }) as IBucket;
    const clientPaths = servesClient ? paths : [];
    const behaviours = new Behaviours(this, { ...props, clientPaths, bucket: this.bucket });
    this.distribution = new Distribution(this, "Distribution", {
      comment: `${Stack.of(this).stackName}: pages, routes and WebSocket of one application`,
      ...(domainName !== undefined && { domainNames: [domainName] }),
      ...(certificateArn !== undefined && {
        certificate: Certificate.fromCertificateArn(this, "Certificate", certificateArn),
      }),
      ...(webAclArn !== undefined && { webAclId: webAclArn }),
      defaultBehavior: behaviours.fallback(),
      additionalBehaviors: { ...behaviours.sockets(), ...behaviours.files(this.static.patterns) },
    });
    deployFiles(this, {
      files: [...clientPaths.flatMap(clientFiles), ...this.static.files],
      directory: props.directory,
      bucket: this.bucket,
      distribution: this.distribution,
    });
    this.#acknowledge(certificateArn !== undefined);
    this.url = `https://${domainName ?? this.distribution.distributionDomainName}`;
  }

  #acknowledge(hasCertificate: boolean): void {
    acknowledge(this.bucket, "S1", "The files are public, and CloudFront alone reads them.");
    const { distribution } = this;
    acknowledge(distribution, "CFR1", "Where its clients may be is the application's decision.");
    acknowledge(distribution, "CFR2", "A web ACL costs $5 a month: `webAclArn` adds one.");
    acknowledge(
      distribution,
      "CFR3",
      "API Gateway and the functions log requests, with connections and rooms; a second log would cost a bucket.",
    );
    if (hasCertificate) return;
    acknowledge(
      distribution,
      "CFR4",
      "Without a domain of one's own CloudFront's certificate counts, whose least version of TLS cannot be set.",
    );
  }
}
