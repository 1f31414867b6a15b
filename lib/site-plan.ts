import { resolve } from "node:path";
import { Annotations } from "aws-cdk-lib";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import type { Construct } from "constructs";
import type { FoundSite } from "../checks/site";
import { acknowledge } from "./acknowledge";
import { rootOf } from "./application/places";
import type { RoomsProps } from "./rooms-props";
import { RoomsSite, type RoomsSiteProps } from "./site";
import { describeFiles } from "./site-files";
import { checkSiteProps, type SiteProps } from "./site-props";

/** What functions and site have to know before either is made. */
export interface SitePlan {
  readonly originSecret: string;
  readonly siteOnly: boolean;
  readonly found: FoundSite;
  readonly directory: string;
}

/** What is known before. */
export interface PlanOptions {
  readonly servesHttp: boolean;
  /** For what becomes an asset. */
  readonly directory: string;
}

/**
 * Decides whether there is a site.
 *
 * @returns undefined for none
 * @throws TypeError for properties that do not fit
 */
export function planSite(
  scope: Construct,
  props: RoomsProps,
  { servesHttp, directory }: PlanOptions,
): SitePlan | undefined {
  checkSiteProps(props);
  const { site = "auto", webAclArn, siteOnly = webAclArn !== undefined } = props;
  if (site === false || (site === "auto" && !servesHttp)) {
    refuseWithoutSite(props);
    return undefined;
  }
  if (props.requireApiKey) {
    throw new TypeError(
      "Cannot make the site: expected `requireApiKey` to be false, since RoomsShield is what sends the key; the site has `siteOnly`",
    );
  }
  // Loaded here: the compiler takes a quarter of a second.
  const { findSite } = require("../checks/site") as typeof import("../checks/site");
  const found = findSite(props.entry, rootOf(resolve(props.entry)));
  return { originSecret: props.originSecret ?? makeSecret(scope), siteOnly, found, directory };
}

function refuseWithoutSite(props: RoomsProps): void {
  const { domainName, webAclArn, siteOnly } = props;
  const given = Object.entries({ domainName, webAclArn, siteOnly: siteOnly || undefined });
  const [name] = given.find(([, value]) => value !== undefined) ?? [];
  if (name === undefined) return;
  throw new TypeError(
    `Cannot use \`${name}\`: expected a site, which an application without HTTP has with \`site: true\` alone`,
  );
}

/** One that no operator has to know; the functions and CloudFront get it by a reference that CloudFormation resolves. */
function makeSecret(scope: Construct): string {
  const secret = new Secret(scope, "OriginSecret", {
    description: "What the site's CloudFront shows to the functions behind it.",
    generateSecretString: { excludePunctuation: true, passwordLength: 40 },
  });
  acknowledge(
    secret,
    "SMG4",
    "A rotation would need a deployment of CloudFront and of the functions at one moment. To change it, delete it and deploy.",
  );
  return secret.secretValue.unsafeUnwrap();
}

/** What `addSite` needs. */
export interface AddSiteProps extends SiteProps, SitePlan {
  readonly rooms: Pick<RoomsSiteProps, "api" | "stage" | "httpUrl">;
}

/** Makes the site of a `Rooms`, and says what it serves. */
export function addSite(scope: Construct, props: AddSiteProps): RoomsSite {
  const { rooms, found, originSecret } = props;
  const { domainName, certificateArn, webAclArn } = props;
  const site = new RoomsSite(scope, "Site", {
    ...(domainName !== undefined && { domainName }),
    ...(certificateArn !== undefined && { certificateArn }),
    ...(webAclArn !== undefined && { webAclArn }),
    ...{ api: rooms.api, stage: rooms.stage, httpUrl: rooms.httpUrl, secret: originSecret },
    ...{ paths: found.paths, servesClient: found.servesClient, files: found.files },
    ...{ answered: found.answered, directory: props.directory },
  });
  tell(scope, found, site);
  return site;
}

function tell(scope: Construct, found: FoundSite, site: RoomsSite): void {
  const { describeFolders } = require("../checks/site") as typeof import("../checks/site");
  const { files, left } = site.static;
  const lines = [
    ...(files.length > 0 ? [`S3 serves ${describeFiles(files)} of static folders`] : []),
    ...(left.length > 0
      ? [
          `The http function serves ${describeFiles(left)} of static folders: CloudFront takes no more path patterns`,
        ]
      : []),
    ...describeFolders(found),
  ];
  const isLocal = scope.node.tryGetContext("lambda-rooms:local");
  for (const [index, line] of lines.entries()) {
    if (isLocal) console.log(line);
    else Annotations.of(scope).addInfoV2(`lambda-rooms:site-${index + 1}`, line);
  }
}
