import { Fn, Stack, Token } from "aws-cdk-lib";
import { ApiKey, CfnUsagePlan, CfnUsagePlanKey } from "aws-cdk-lib/aws-apigateway";
import {
  AllowedMethods,
  CachePolicy,
  Distribution,
  type DistributionProps,
  OriginProtocolPolicy,
  OriginRequestCookieBehavior,
  OriginRequestHeaderBehavior,
  OriginRequestPolicy,
  OriginRequestQueryStringBehavior,
  ViewerProtocolPolicy,
} from "aws-cdk-lib/aws-cloudfront";
import { HttpOrigin } from "aws-cdk-lib/aws-cloudfront-origins";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { CfnWebACL } from "aws-cdk-lib/aws-wafv2";
import { Construct } from "constructs";
import type { Rooms } from "./rooms";

/** The header in which CloudFront passes on a viewer's address: give it to `Rooms` as `addressHeader`. */
export const CLOUDFRONT_ADDRESS = "CloudFront-Viewer-Address";

/** What a WebSocket, a stock client and this project's limits need of a handshake. */
const HEADERS = [
  CLOUDFRONT_ADDRESS,
  ...["Origin", "Sec-WebSocket-Key", "Sec-WebSocket-Version"],
  ...["Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions"],
];
/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html */
const MOST_HEADERS = 10;

/** Properties of `RoomsShield`. */
export interface RoomsShieldProps {
  /** With `requireApiKey: true` and `addressHeader: CLOUDFRONT_ADDRESS`. */
  readonly rooms: Rooms;

  /**
   * Connections that one address may open in five minutes, refused ones included; 10 at least. WAF blocks more of them,
   * half a minute or so later.
   *
   * @default 500
   */
  readonly connectsPerAddress?: number;

  /**
   * A web ACL of your own (`CLOUDFRONT`, in us-east-1) in place of the one that is made here.
   *
   * @default - one with a rate-based rule, for which the stack has to be in us-east-1
   */
  readonly webAclArn?: string;

  /**
   * Further headers of a handshake that the application reads; four at most.
   *
   * @default - none
   */
  readonly headers?: readonly string[];

  /** Domain names, certificate, logs and the like. */
  readonly distribution?: Partial<DistributionProps>;
}

/**
 * CloudFront with AWS WAF in front of a `Rooms`, since WAF takes no WebSocket API itself. WAF sees handshakes only: what
 * an open connection sends is the limits' business. CloudFront adds an API key without which API Gateway refuses a
 * connection before any function runs, so no client gets past it.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/distribution-working-with.websockets.html
 */
export class RoomsShield extends Construct {
  readonly distribution: Distribution;

  /** @throws RangeError or TypeError for what CloudFront or WAF would refuse, or leave open */
  constructor(scope: Construct, id: string, props: RoomsShieldProps) {
    super(scope, id);
    const { rooms, connectsPerAddress = 500, headers = [], webAclArn } = props;
    checkRooms(rooms);
    this.distribution = new Distribution(this, "Distribution", {
      ...props.distribution,
      webAclId: webAclArn ?? this.#webAcl(connectsPerAddress).attrArn,
      defaultBehavior: {
        origin: new HttpOrigin(Fn.select(2, Fn.split("/", rooms.api.apiEndpoint)), {
          protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
          customHeaders: { "x-api-key": this.#key(rooms) },
        }),
        viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
        allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
        cachePolicy: CachePolicy.CACHING_DISABLED,
        originRequestPolicy: this.#policy(headers),
      },
    });
  }

  /** A key that no operator has to know. */
  #key({ api, stage }: Rooms): string {
    const generateSecretString = { excludePunctuation: true, passwordLength: 40 };
    const secret = new Secret(this, "Secret", { generateSecretString });
    // A reference, which CloudFormation resolves.
    const value = secret.secretValue.unsafeUnwrap();
    const key = new ApiKey(this, "Key", { value });
    const plan = new CfnUsagePlan(this, "Plan", {
      apiStages: [{ apiId: api.apiId, stage: stage.stageName }],
    });
    plan.node.addDependency(stage);
    new CfnUsagePlanKey(this, "PlanKey", {
      keyId: key.keyId,
      keyType: "API_KEY",
      usagePlanId: plan.ref,
    });
    return value;
  }

  /** API Gateway knows its own host only, so not all headers of a viewer can be passed on. */
  #policy(further: readonly string[]): OriginRequestPolicy {
    const headers = [...HEADERS, ...further];
    if (headers.length > MOST_HEADERS) {
      const most = MOST_HEADERS - HEADERS.length;
      throw new RangeError(
        `Cannot shield: expected at most ${most} further headers, got ${further.length}`,
      );
    }
    return new OriginRequestPolicy(this, "Policy", {
      headerBehavior: OriginRequestHeaderBehavior.allowList(...headers),
      queryStringBehavior: OriginRequestQueryStringBehavior.all(),
      cookieBehavior: OriginRequestCookieBehavior.all(),
    });
  }

  #webAcl(limit: number): CfnWebACL {
    const { region } = Stack.of(this);
    if (!Token.isUnresolved(region) && region !== "us-east-1") {
      throw new TypeError(
        `Cannot shield: expected a stack in us-east-1, where web ACLs of CloudFront are, or \`webAclArn\`, got ${region}`,
      );
    }
    if (!(limit >= 10)) {
      throw new RangeError(
        `Cannot shield: expected connectsPerAddress of 10 or more, which is WAF's limit, got ${limit}`,
      );
    }
    const metrics = (metricName: string) => ({
      metricName,
      cloudWatchMetricsEnabled: true,
      sampledRequestsEnabled: true,
    });
    return new CfnWebACL(this, "WebAcl", {
      scope: "CLOUDFRONT",
      defaultAction: { allow: {} },
      visibilityConfig: metrics("Rooms"),
      rules: [
        {
          name: "ConnectsPerAddress",
          priority: 0,
          action: { block: { customResponse: { responseCode: 429 } } },
          statement: {
            rateBasedStatement: { limit, aggregateKeyType: "IP", evaluationWindowSec: 300 },
          },
          visibilityConfig: metrics("ConnectsPerAddress"),
        },
      ],
    });
  }
}

/** A shield must not be bypassed, and must not make all clients look like one. */
function checkRooms({ requiresApiKey, addressHeader }: Rooms): void {
  if (!requiresApiKey) {
    throw new TypeError("Cannot shield: expected Rooms with `requireApiKey: true`, got none");
  }
  if (addressHeader?.toLowerCase() === CLOUDFRONT_ADDRESS.toLowerCase()) return;
  throw new TypeError(
    `Cannot shield: expected Rooms with \`addressHeader: "${CLOUDFRONT_ADDRESS}"\`, got ${addressHeader ?? "none"}`,
  );
}
