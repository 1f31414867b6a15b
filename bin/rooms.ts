import { App, Validations } from "aws-cdk-lib";
import featureFlags from "aws-cdk-lib/recommended-feature-flags.json";
import { isOrderingChoice, type Ordering, orderingChoices } from "../lib/ordering";
import { readEnvironment } from "../lib/read-environment";
import { RoomsStack } from "../lib/rooms-stack";
import { parseSiteChoice, type SiteProps } from "../lib/site-props";
import { settingsFrom } from "../lib/variables";

// The flags stand here and not in cdk.json, which only the CLI reads: the local stack runs this file
// itself and gets the same template.
const app = new App({ context: featureFlags });

const entry: string = app.node.tryGetContext("app") ?? "apps/chat.ts";
let ordering: Ordering;
try {
  ordering = synthesize();
} catch (error) {
  // A mistake in the application or in an option: the stack of the CDK app would only hide it.
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

// cdk deploy --context app=server.ts --context ordering=none
function synthesize(): Ordering {
  const ordering: unknown = app.node.tryGetContext("ordering") ?? "auto";
  if (!isOrderingChoice(ordering)) {
    throw new TypeError(
      `Cannot synthesize: expected \`ordering\` to be one of ${orderingChoices.join(", ")}, got ${ordering}`,
    );
  }
  const concurrency = app.node.tryGetContext("laneConcurrency");
  const lanes = concurrency === undefined ? {} : { laneConcurrency: Number(concurrency) };
  const accountLogRole = readSwitch("accountLogRole") ?? true;
  const settings = settingsFrom((name) => app.node.tryGetContext(name));
  const given = app.node.tryGetContext("environment");
  const isLocal = app.node.tryGetContext("lambda-rooms:local");
  const environment =
    isLocal && given === undefined
      ? readLocalEnvironment()
      : readEnvironment(given, app.node.tryGetContext("envFile"));
  const http = readSwitch("http");
  const answers = http === undefined ? {} : { http };
  // `--context files="data templates"`, or a list in cdk.json.
  const files = readFiles(app.node.tryGetContext("files"));
  const options = { ...settings, ...lanes, ...answers, ...readSite(), environment, files };
  const dollars: string | undefined = app.node.tryGetContext("budget");
  const emails: string | undefined = app.node.tryGetContext("budgetEmails");
  const budget =
    dollars === undefined
      ? {}
      : { budget: { dollarsPerMonth: Number(dollars), emails: emails?.split(" ") ?? [] } };
  const props = { entry, ordering, accountLogRole, ...options, ...budget };
  return new RoomsStack(app, "LambdaRooms", props).rooms.ordering;
}

/** As `npm start` gives them to the application. */
function readLocalEnvironment() {
  // Loaded here: a deployment takes no variables from the shell.
  const { localEnvironment } = require("./environment") as typeof import("./environment");
  return localEnvironment(entry).variables;
}

/** A string from the command line, a boolean from cdk.json. */
function readSwitch(name: string): boolean | undefined {
  const given: unknown = app.node.tryGetContext(name);
  if (given === undefined) return undefined;
  const text = String(given);
  if (text === "true" || text === "false") return text === "true";
  throw new TypeError(`Cannot synthesize: expected \`${name}\` to be true or false, got ${text}`);
}

/** `--context site=…`, `domainName`, `certificateArn`, `webAclArn`. */
function readSite(): SiteProps {
  const find = (name: keyof SiteProps): string | undefined => app.node.tryGetContext(name);
  const site = find("site");
  const texts = (["domainName", "certificateArn", "webAclArn"] as const).flatMap((name) => {
    const text = find(name);
    return text === undefined ? [] : [[name, text]];
  });
  return {
    ...Object.fromEntries(texts),
    ...(site !== undefined && { site: parseSiteChoice(site) }),
  };
}

function readFiles(given: unknown): readonly string[] {
  if (given === undefined) return [];
  if (Array.isArray(given)) return given.map(String);
  return String(given).split(" ").filter(Boolean);
}

async function warnOfClosures(): Promise<void> {
  const checks = await import("../checks/closures/index.js");
  const findings = checks.formatFindings(checks.checkClosures(entry));
  const text = [findings, checks.describeUnfollowed(entry)].filter(Boolean).join("\n");
  if (text) console.warn(`\n${text}\n`);
}

// The same switch turns off CDK's own validator; together they take most of a synth's time.
if (process.env.CDK_VALIDATION !== "false") {
  // With one lane all of that is kept.
  if (ordering !== "application") void warnOfClosures();
  // Loaded here: the npm package makes stacks for this machine alone, and does without.
  const { AwsSolutionsChecks } = require("cdk-nag") as typeof import("cdk-nag");
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
}
