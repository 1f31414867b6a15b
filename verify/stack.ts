import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { App, CfnOutput, Duration } from "aws-cdk-lib";
import type { CfnStage } from "aws-cdk-lib/aws-apigatewayv2";
import { AccountRootPrincipal, PolicyStatement, Role } from "aws-cdk-lib/aws-iam";
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import { StringParameter } from "aws-cdk-lib/aws-ssm";
import featureFlags from "aws-cdk-lib/recommended-feature-flags.json";
import { RoomsStack } from "../lib/rooms-stack";
import { ALLOWED_ORIGIN, STACK_NAME, WORD } from "./names";

/** The CDK app of `npm run verify:aws`. Context: `logLevel`, `tracing`, `accountLogRole`. */
const isPackage = typeof LAMBDA_ROOMS_PACKAGE !== "undefined";
const app = new App({ context: featureFlags });
const context = (name: string): string | undefined => app.node.tryGetContext(name);

// On this machine no function reaches Parameter Store.
const word = context("lambda-rooms:local") ? WORD.text : `ssm:${WORD.parameter}`;

const stack = new RoomsStack(app, STACK_NAME, {
  description: "Probes of `npm run verify:aws`; may be deleted at any time.",
  entry: isPackage ? placeApplication() : "verify/app.ts",
  allowedOrigins: [ALLOWED_ORIGIN],
  environment: { WORD: word },
  // Six times that is the visibility timeout, for which a probe waits.
  laneTimeout: Duration.seconds(10),
  logRetention: RetentionDays.ONE_DAY,
  logLevel: context("logLevel") === "WARN" ? "WARN" : "INFO",
  tracing: context("tracing") === "true",
  accountLogRole: context("accountLogRole") !== "false",
});

const parameter = new StringParameter(stack, "Word", {
  parameterName: WORD.parameter,
  stringValue: WORD.text,
});
stack.rooms.functions.lane.node.addDependency(parameter);

// Execution logs say why a mapping template or an integration failed.
const stage = stack.rooms.stage.node.defaultChild as CfnStage;
stage.addPropertyOverride("DefaultRouteSettings.LoggingLevel", "ERROR");
stage.addPropertyOverride("DefaultRouteSettings.DataTraceEnabled", false);

// For the probe of a caller that lacks `lambda:InvokeFunction`.
const caller = new Role(stack, "UrlCaller", { assumedBy: new AccountRootPrincipal() });
const { functionArn } = stack.rooms.functions.publish;
caller.addToPolicy(
  new PolicyStatement({ actions: ["lambda:InvokeFunctionUrl"], resources: [functionArn] }),
);
new CfnOutput(stack, "UrlCallerRole", { value: caller.roleArn });

/** In `node_modules` it would be taken for a package, whose source is not read: so a folder of its own, for the synth. */
function placeApplication(): string {
  const folder = mkdtempSync(join(tmpdir(), "lambda-rooms-verify-app-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  cpSync(join(__dirname, "verify-app.mjs"), join(folder, "app.mjs"));
  const manifest = createRequire(__filename).resolve("socket.io/package.json");
  symlinkSync(dirname(dirname(manifest)), join(folder, "node_modules"));
  return join(folder, "app.mjs");
}
