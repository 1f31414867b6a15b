import { Duration, RemovalPolicy } from "aws-cdk-lib";
import type { BudgetProps } from "../lib/budget";
import { isOrderingChoice, orderingChoices } from "../lib/ordering";
import { readEnvironment } from "../lib/read-environment";
import type { RoomsStackProps } from "../lib/rooms-stack";
import { parseSiteChoice } from "../lib/site-props";
import { settingsFrom } from "../lib/variables";

/** Finds a value of the CDK's context: a text of a command line, a value of `cdk.json` or of a command of ours. */
type Find = (name: string) => unknown;

/** The stack's properties, as the context gives them. */
export function propsFrom(find: Find): RoomsStackProps {
  const entry = String(find("app") ?? "apps/chat.ts");
  const given = readEnvironment(find("environment"), find("envFile") as string | undefined);
  const isLocal = find("lambda-rooms:local");
  // The values of this machine win, as they do over `.env`.
  const environment = isLocal ? { ...given, ...readLocalEnvironment(entry) } : given;
  return {
    ...{ entry, environment, files: readList(find("files")), ...settingsFrom(find) },
    ...{ ordering: readOrdering(find("ordering")) },
    accountLogRole: readSwitch("accountLogRole", find("accountLogRole")) ?? true,
    ...switches(find),
    ...numbers(find),
    ...texts(find),
    ...rates(find),
    ...retained(find),
    ...readBudget(find),
  };
}

/** As `npm start` gives them to the application. */
function readLocalEnvironment(entry: string) {
  // Loaded here: a deployment takes no variables from the shell.
  const { localEnvironment } = require("./environment") as typeof import("./environment");
  return localEnvironment(entry).variables;
}

function readOrdering(given: unknown = "auto") {
  if (isOrderingChoice(given)) return given;
  throw new TypeError(
    `Cannot synthesize: expected \`ordering\` to be one of ${orderingChoices.join(", ")}, got ${given}`,
  );
}

function switches(find: Find) {
  const names = ["http", "requireApiKey", "metrics", "tracing"] as const;
  return named(names, (name) => readSwitch(name, find(name)));
}

/** A text on a command line, a boolean in cdk.json. */
function readSwitch(name: string, given: unknown): boolean | undefined {
  if (given === undefined) return undefined;
  const text = String(given);
  if (text === "true" || text === "false") return text === "true";
  throw new TypeError(`Cannot synthesize: expected \`${name}\` to be true or false, got ${text}`);
}

function numbers(find: Find) {
  const names = ["laneConcurrency", "memoryMb", "fanOutConcurrency", "logRetention"] as const;
  const laneTimeout = find("laneTimeout");
  return {
    ...named(names, (name) => (find(name) === undefined ? undefined : Number(find(name)))),
    ...(laneTimeout !== undefined && { laneTimeout: Duration.seconds(Number(laneTimeout)) }),
  };
}

function texts(find: Find) {
  const names = ["stageName", "domainName", "certificateArn", "webAclArn"] as const;
  const site = find("site");
  return {
    ...named(names, (name) => find(name) as string | undefined),
    ...(site !== undefined && { site: parseSiteChoice(site) }),
  };
}

function rates(find: Find) {
  return named(["throttle", "connectThrottle"] as const, (name) => {
    const given = find(name);
    return typeof given === "string" ? JSON.parse(given) : given;
  });
}

function retained(find: Find) {
  const given = find("removalPolicy");
  if (given === undefined) return {};
  const policies = { destroy: RemovalPolicy.DESTROY, retain: RemovalPolicy.RETAIN };
  const removalPolicy = policies[given as keyof typeof policies];
  if (removalPolicy !== undefined) return { removalPolicy };
  throw new TypeError(
    `Cannot synthesize: expected \`removalPolicy\` to be destroy or retain, got ${given}`,
  );
}

function readBudget(find: Find): { budget?: BudgetProps } {
  const dollars = find("budget");
  if (dollars === undefined) return {};
  return {
    budget: { dollarsPerMonth: Number(dollars), emails: readList(find("budgetEmails")) },
  };
}

/** `--context files="data templates"`, or a list in cdk.json. */
function readList(given: unknown): readonly string[] {
  if (given === undefined) return [];
  if (Array.isArray(given)) return given.map(String);
  return String(given).split(" ").filter(Boolean);
}

function named<Name extends string, Value>(
  names: readonly Name[],
  find: (name: Name) => Value | undefined,
): Partial<Record<Name, Value>> {
  const found = names.flatMap((name) => {
    const value = find(name);
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(found);
}
