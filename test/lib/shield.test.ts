import { App } from "aws-cdk-lib";
import { Match, Template } from "aws-cdk-lib/assertions";
import type { RoomsProps } from "../../lib/rooms";
import { RoomsStack } from "../../lib/rooms-stack";
import { CLOUDFRONT_ADDRESS, RoomsShield, type RoomsShieldProps } from "../../lib/shield";
import { entry } from "./support";

const shielded = { requireApiKey: true, addressHeader: CLOUDFRONT_ADDRESS };

function stackIn(region: string | undefined, props: Partial<RoomsProps> = shielded): RoomsStack {
  const app = new App({ builtinCloudFormationValidation: false });
  const env = region === undefined ? {} : { env: { region } };
  return new RoomsStack(app, "LambdaRooms", { entry, ...env, ...props });
}

function shield(stack: RoomsStack, props: Partial<RoomsShieldProps> = {}): RoomsShield {
  return new RoomsShield(stack, "Shield", { rooms: stack.rooms, ...props });
}

describe("a shield", () => {
  const stack = stackIn("us-east-1");
  shield(stack);
  const template = Template.fromStack(stack);

  test("blocks addresses that connect too often", () => {
    template.hasResourceProperties("AWS::WAFv2::WebACL", {
      Scope: "CLOUDFRONT",
      Rules: [
        Match.objectLike({
          Action: { Block: { CustomResponse: { ResponseCode: 429 } } },
          Statement: {
            RateBasedStatement: Match.objectLike({ Limit: 500, AggregateKeyType: "IP" }),
          },
        }),
      ],
    });
  });

  test("passes on what a handshake needs, and the client's address", () => {
    template.hasResourceProperties("AWS::CloudFront::OriginRequestPolicy", {
      OriginRequestPolicyConfig: Match.objectLike({
        HeadersConfig: {
          HeaderBehavior: "whitelist",
          Headers: Match.arrayWith([CLOUDFRONT_ADDRESS, "Origin", "Sec-WebSocket-Key"]),
        },
        QueryStringsConfig: { QueryStringBehavior: "all" },
      }),
    });
    template.hasResourceProperties("AWS::Lambda::Function", {
      Description: Match.stringLikeRegexp("^Admits"),
      Environment: { Variables: Match.objectLike({ ADDRESS_HEADER: "cloudfront-viewer-address" }) },
    });
  });

  test("alone has the key that API Gateway asks each connection for", () => {
    template.hasResourceProperties("AWS::ApiGatewayV2::Route", {
      RouteKey: "$connect",
      ApiKeyRequired: true,
    });
    const [key] = Object.values(template.findResources("AWS::ApiGateway::ApiKey"));
    template.hasResourceProperties("AWS::CloudFront::Distribution", {
      DistributionConfig: Match.objectLike({
        Origins: [
          Match.objectLike({
            OriginCustomHeaders: [{ HeaderName: "x-api-key", HeaderValue: key?.Properties.Value }],
          }),
        ],
      }),
    });
    template.hasResourceProperties("AWS::ApiGateway::UsagePlan", {
      ApiStages: [{ ApiId: Match.anyValue(), Stage: "prod" }],
    });
  });
});

test("a web ACL of one's own serves in any Region", () => {
  const stack = stackIn("eu-west-1");
  shield(stack, { webAclArn: "arn:aws:wafv2:us-east-1:123456789012:global/webacl/mine/1" });
  Template.fromStack(stack).resourceCountIs("AWS::WAFv2::WebACL", 0);
});

test("what would be refused, or be none, is refused by synth", () => {
  const good = stackIn("us-east-1");
  expect(() => shield(stackIn("eu-west-1"))).toThrow("expected a stack in us-east-1");
  expect(() => shield(good, { connectsPerAddress: 5 })).toThrow("of 10 or more");
  expect(() => shield(stackIn("us-east-1"), { headers: [..."abcde"] })).toThrow(
    "at most 4 further",
  );
  expect(() => shield(stackIn("us-east-1", {}))).toThrow(
    "expected Rooms with `requireApiKey: true`",
  );
  expect(() => shield(stackIn("us-east-1", { requireApiKey: true }))).toThrow("got none");
});

test("other addresses are checked by synth", () => {
  const make = (addressHeader: string) => () => stackIn("us-east-1", { addressHeader });
  expect(make("X-Forwarded-For")).toThrow("which begins with the client's own text");
  expect(make("two words")).toThrow('expected addressHeader to name a header, got "two words"');
  const spend = (spendingPerAddress: number) => () => stackIn("us-east-1", { spendingPerAddress });
  expect(spend(0)).toThrow("expected spendingPerAddress above 0, got 0");
  const without = Template.fromStack(spend(Number.POSITIVE_INFINITY)());
  expect(JSON.stringify(without.toJSON())).not.toContain("SPENDING_PER_ADDRESS");
});
