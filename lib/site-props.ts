/** Whether there is a site: `"auto"` where the application serves HTTP or static files. */
export type SiteChoice = "auto" | boolean;

/** Properties of `Rooms` about its site: one host for the application's pages, its routes and its WebSocket. */
export interface SiteProps {
  /**
   * Whether CloudFront stands in front, so that pages, routes and `/socket.io/` have one host. `"auto"`: where the
   * application serves HTTP or static files.
   *
   * @see docs/site.md for what it costs
   * @default "auto"
   */
  readonly site?: SiteChoice;

  /**
   * A host of your own for the site, such as `chat.example.com`. Needs `certificateArn`, and a DNS record (ALIAS or
   * CNAME) that leads to the distribution.
   *
   * @default - the distribution's own, `https://….cloudfront.net`
   */
  readonly domainName?: string;

  /**
   * ARN of the certificate for `domainName`. CloudFront takes those of AWS Certificate Manager in us-east-1 alone,
   * wherever the stack is.
   *
   * @default - none
   */
  readonly certificateArn?: string;

  /**
   * ARN of a web ACL of AWS WAF (`CLOUDFRONT`, in us-east-1) for the site. With one, `siteOnly` is `true` unless it is
   * given, since clients could pass by the web ACL otherwise.
   *
   * @default - none
   */
  readonly webAclArn?: string;
}

/** A label of a host, and at least one dot: CloudFront takes no other, but for `*.` in front. */
const DOMAIN = /^(\*\.)?([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/i;

/** @throws TypeError for what CloudFront would refuse after minutes of deployment */
export function checkSiteProps({ site = "auto", domainName, certificateArn }: SiteProps): void {
  if (site !== "auto" && typeof site !== "boolean") {
    throw new TypeError(
      `Cannot make the site: expected \`site\` to be "auto", true or false, got ${JSON.stringify(site)}`,
    );
  }
  if (domainName !== undefined && !DOMAIN.test(domainName)) {
    throw new TypeError(
      `Cannot make the site: expected \`domainName\` to be a host such as chat.example.com, got ${JSON.stringify(domainName)}`,
    );
  }
  if ((domainName === undefined) !== (certificateArn === undefined)) {
    const [given, missing] =
      domainName === undefined
        ? ["certificateArn", "domainName"]
        : ["domainName", "certificateArn"];
    throw new TypeError(
      `Cannot make the site: expected \`${missing}\` beside \`${given}\`, got none. The certificate has to be in us-east-1`,
    );
  }
  if (certificateArn !== undefined) checkCertificate(certificateArn);
}

function checkCertificate(arn: string): void {
  // A reference, which CloudFormation resolves, tells nothing yet.
  if (!arn.startsWith("arn:") || /^arn:[a-z-]+:acm:us-east-1:/.test(arn)) return;
  throw new TypeError(
    `Cannot make the site: expected \`certificateArn\` of a certificate in us-east-1, which is where CloudFront takes them from, got ${arn}`,
  );
}

/** @throws TypeError for another text than of `--context site=…` */
export function parseSiteChoice(given: unknown): SiteChoice {
  const text = String(given);
  if (text === "auto") return text;
  if (text === "true" || text === "false") return text === "true";
  throw new TypeError(`Cannot make the site: expected site to be auto, true or false, got ${text}`);
}
