import path from "node:path";
import { Match } from "aws-cdk-lib/assertions";
import { HTTP_CODE, socketCode } from "../../lib/site-code";
import { patternsOf } from "../../lib/site-patterns";
import { parseSiteChoice } from "../../lib/site-props";
import { SiteHeader } from "../../src/names";
import { roomsStack, roomsTemplate } from "./support";

const page = path.join(__dirname, "../checks/fixtures/site/open.js");
const certificateArn = "arn:aws:acm:us-east-1:123456789012:certificate/a";

describe("the site of an application with a page", () => {
  const template = roomsTemplate({ entry: page });
  const [distribution] = Object.values(template.findResources("AWS::CloudFront::Distribution"));
  const config = distribution?.Properties.DistributionConfig;
  const behaviours: readonly { PathPattern: string; TargetOriginId: string }[] =
    config.CacheBehaviors;

  test("takes the WebSocket, static files and Socket.IO's client by path, the function all else", () => {
    expect(behaviours.map(({ PathPattern }) => PathPattern)).toEqual([
      "/socket.io/socket.io*.js*",
      "/socket.io/",
      "/socket.io",
      "/",
      "/index.html",
      "/js/*.js",
      "/style.css",
    ]);
    expect(config.DefaultCacheBehavior.AllowedMethods).toContain("POST");
  });

  test("forwards all but the host to API Gateway and to the function, and caches neither", () => {
    for (const behaviour of [behaviours[1], config.DefaultCacheBehavior]) {
      expect(behaviour).toMatchObject({
        // CachingDisabled and AllViewerExceptHostHeader.
        CachePolicyId: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
        OriginRequestPolicyId: "b689b0a8-53d0-40ab-baf2-68738e2966ac",
      });
    }
  });

  test("shows a secret to both, and none to S3", () => {
    const origins: readonly { OriginCustomHeaders?: { HeaderName: string }[] }[] = config.Origins;
    const headers = origins.map(({ OriginCustomHeaders: [first] = [] }) => first?.HeaderName);
    expect(headers.sort()).toEqual([SiteHeader.secret, SiteHeader.secret, undefined]);
    for (const Description of ["^Admits", "HTTP requests"]) {
      template.hasResourceProperties("AWS::Lambda::Function", {
        Description: Match.stringLikeRegexp(Description),
        Environment: { Variables: Match.objectLike({ ORIGIN_SECRET: Match.anyValue() }) },
      });
    }
  });

  test("keeps its bucket to itself", () => {
    template.hasResourceProperties("AWS::S3::Bucket", {
      PublicAccessBlockConfiguration: { RestrictPublicBuckets: true, BlockPublicPolicy: true },
    });
  });

  test("is what the stack prints", () => {
    const outputs = Object.values(template.findOutputs("*")).map((one) => JSON.stringify(one));
    expect(outputs.find((one) => one.includes("How a stock"))).toContain("DomainName");
  });
});

test("an application without HTTP has a site only where one is asked for", () => {
  roomsTemplate().resourceCountIs("AWS::CloudFront::Distribution", 0);
  roomsTemplate({ entry: page, site: false }).resourceCountIs("AWS::CloudFront::Distribution", 0);
  const template = roomsTemplate({ site: true });
  template.resourceCountIs("AWS::CloudFront::Distribution", 1);
});

test("has the host and the certificate that it is given", () => {
  const template = roomsTemplate({ site: true, domainName: "chat.example.com", certificateArn });
  template.hasResourceProperties("AWS::CloudFront::Distribution", {
    DistributionConfig: {
      Aliases: ["chat.example.com"],
      ViewerCertificate: Match.objectLike({ AcmCertificateArn: certificateArn }),
    },
  });
});

test("with a web ACL, clients that would pass by it are refused", () => {
  const isLocked = (props: object) =>
    JSON.stringify(roomsTemplate({ site: true, ...props }).toJSON()).includes("SITE_ONLY");
  expect(isLocked({ webAclArn: "arn:aws:wafv2:us-east-1:123456789012:global/webacl/a/b" })).toBe(
    true,
  );
  expect(isLocked({})).toBe(false);
  expect(isLocked({ siteOnly: true })).toBe(true);
});

test.each([
  [{ domainName: "chat.example.com" }, "expected `certificateArn` beside `domainName`"],
  [{ domainName: "https://x", certificateArn }, "expected `domainName` to be a host"],
  [
    { domainName: "a.b.com", certificateArn: certificateArn.replace("us-east-1", "eu-west-1") },
    "certificate in us-east-1",
  ],
  [{ requireApiKey: true }, "expected `requireApiKey` to be false"],
  [{ site: false, siteOnly: true }, "Cannot use `siteOnly`: expected a site"],
  [{ site: "yes" as never }, 'expected `site` to be "auto", true or false'],
])("refuses what CloudFront or the application would: %j", (props, message) => {
  expect(() => roomsStack({ site: true, ...props })).toThrow(message);
});

test("the command line says auto, true or false", () => {
  expect(["auto", "true", "false"].map(parseSiteChoice)).toEqual(["auto", true, false]);
  expect(() => parseSiteChoice("on")).toThrow("expected site to be auto, true or false");
});

test("no folder goes to S3 as a whole where the application answers below it", () => {
  const file = __filename;
  const files = ["/a.js", "/js/b.js", "/js/x/c.js", "/img/d.png", "/img/e"].map((url) => ({
    ...{ url, file },
  }));
  expect(patternsOf(files, [], 1).patterns).toEqual(["/a.js", "/img/*.png", "/img/e", "/js/*.js"]);
  expect(patternsOf(files, ["/js/"], 1).patterns).toContain("/js/b.js");
  const many = Array.from({ length: 40 }, (_, index) => ({ url: `/${index}.js`, file }));
  const { patterns, left } = patternsOf(many, [], 1);
  expect([patterns.length, left.length]).toEqual([21, 19]);
});

test("its functions are far below the 10 KB that CloudFront takes", () => {
  expect(Buffer.byteLength(socketCode("prod")) + Buffer.byteLength(HTTP_CODE)).toBeLessThan(4_096);
});
