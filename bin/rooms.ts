import { App, Validations } from "aws-cdk-lib";
import featureFlags from "aws-cdk-lib/recommended-feature-flags.json";
import type { Ordering } from "../lib/ordering";
import { RoomsStack } from "../lib/rooms-stack";
import { propsFrom } from "./read-props";

// The flags stand here and not in cdk.json, which only the CLI reads: the local stack runs this file
// itself and gets the same template.
const app = new App({ context: featureFlags });

let ordering: Ordering;
let entry = "";
try {
  // cdk deploy --context app=server.ts --context ordering=none
  const props = propsFrom((name) => app.node.tryGetContext(name));
  entry = props.entry;
  const name: string = app.node.tryGetContext("stackName") ?? "LambdaRooms";
  // By which `lambda-rooms deploy` and `destroy` know a stack of theirs.
  const description = `Lambda Rooms: ${entry}`.slice(0, 1024);
  ordering = new RoomsStack(app, name, { description, ...props }).rooms.ordering;
} catch (error) {
  // A mistake in the application or in an option: the stack of the CDK app would only hide it.
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

async function warnOfClosures(): Promise<void> {
  const checks = await import("../checks/closures/index.js");
  const findings = checks.formatFindings(checks.checkClosures(entry));
  const text = [findings, checks.describeUnfollowed(entry)].filter(Boolean).join("\n");
  if (text) console.warn(`\n${text}\n`);
}

// The same switch turns off CDK's own validator; together they take most of a synth's time. In the npm package the
// commands look at the source themselves, and the constructs are as they passed cdk-nag in the clone.
if (typeof LAMBDA_ROOMS_PACKAGE === "undefined" && process.env.CDK_VALIDATION !== "false") {
  // With one lane all of that is kept.
  if (ordering !== "application") void warnOfClosures();
  const { AwsSolutionsChecks } = require("cdk-nag") as typeof import("cdk-nag");
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
}
