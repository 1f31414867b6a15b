import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import type { Item } from "../../bench/cost-figures";
import { costOf, type Load } from "../../bench/cost-model";
import type { Ordering } from "../../lib/ordering";
import { nameOf, nounOf, type Template, type TemplateResource } from "./words";

/** What a deployment would create, cost and take, read from its cloud assembly. */
export interface Plan {
  readonly count: number;
  readonly kinds: readonly Kind[];
  readonly functions: readonly { readonly name: string; readonly bytes: number }[];
  readonly permissions: {
    /** Of the person who deploys. */
    readonly deployer: readonly string[];
    /** What each function may do then. */
    readonly functions: Readonly<Record<string, readonly string[]>>;
  };
  readonly costs: readonly Cost[];
}

export interface Kind {
  readonly type: string;
  readonly what: string;
  readonly names: readonly string[];
}

export interface Cost {
  readonly when: string;
  readonly usdPerMonth: number;
  readonly items: readonly Item[];
}

/** https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html */
const DEPLOYER = [
  "sts:AssumeRole on arn:aws:iam::*:role/cdk-hnb659fds-*, the roles that `cdk bootstrap` makes once for an account and Region",
  "with --bootstrap, once: cloudformation:*, iam:*, s3:*, ecr:* and ssm:* on what it makes",
];

export function planOf(assembly: string, stackName: string, ordering: Ordering): Plan {
  const template = readTemplate(assembly, stackName);
  return {
    count: Object.keys(template.Resources).length,
    kinds: kindsOf(template),
    functions: functionsOf(template, assembly),
    permissions: { deployer: DEPLOYER, functions: permissionsOf(template) },
    costs: costsOf(ordering, template),
  };
}

export function readTemplate(assembly: string, stackName: string): Template {
  return JSON.parse(readFileSync(path.join(assembly, `${stackName}.template.json`), "utf8"));
}

function kindsOf(template: Template): Kind[] {
  const kinds = new Map<string, string[]>();
  for (const [id, resource] of Object.entries(template.Resources)) {
    const names = kinds.get(resource.Type) ?? [];
    names.push(nameOf(id, resource));
    kinds.set(resource.Type, names);
  }
  return [...kinds]
    .sort(([a, these], [b, those]) => those.length - these.length || a.localeCompare(b))
    .map(([type, names]) => ({ type, what: nounOf(type, names.length), names: names.sort() }));
}

function ofType(template: Template, type: string): [string, TemplateResource][] {
  return Object.entries(template.Resources).filter(([, { Type }]) => Type === type);
}

function functionsOf(template: Template, assembly: string): Plan["functions"] {
  return ofType(template, "AWS::Lambda::Function").map(([id, resource]) => {
    const { S3Key } = (resource.Properties?.Code ?? {}) as { S3Key?: unknown };
    // A file of the asset is `<hash>.zip`, its folder `asset.<hash>`.
    const hash = typeof S3Key === "string" ? S3Key.replace(/\.zip$/, "") : undefined;
    const folder = hash === undefined ? undefined : path.join(assembly, `asset.${hash}`);
    return { name: nameOf(id, resource), bytes: folder === undefined ? 0 : bytesOf(folder) };
  });
}

function bytesOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(path.join(parentPath, name)).size, 0);
}

interface Statement {
  readonly Effect: string;
  readonly Action?: string | readonly string[];
}

/** The actions that the policies of each function's role allow. */
function permissionsOf(template: Template): Plan["permissions"]["functions"] {
  const actions = ofType(template, "AWS::IAM::Policy").map(([id, resource]) => {
    const { PolicyDocument } = resource.Properties as {
      PolicyDocument: { Statement: readonly Statement[] };
    };
    const allowed = PolicyDocument.Statement.filter(({ Effect }) => Effect === "Allow");
    const names = allowed.flatMap(({ Action = [] }) => Action);
    return [nameOf(id, resource), [...new Set(names)].sort()] as const;
  });
  return Object.fromEntries(actions);
}

const TYPICAL: Load = {
  ...{ connections: 1000, messagesPerSecond: 1, roomSize: 100, messageBytes: 200 },
  recovers: false,
};
const IDLE: Load = { ...TYPICAL, connections: 0, messagesPerSecond: 0 };

/** https://aws.amazon.com/secrets-manager/pricing/ */
const SECRET_USD = 0.4;

/** What a site adds without users; its traffic is by use. */
function secretsOf(template: Template): Item[] {
  const count = ofType(template, "AWS::SecretsManager::Secret").length;
  return count === 0
    ? []
    : [{ what: "Secrets Manager", usd: count * SECRET_USD, how: `${count} of the site` }];
}

function costsOf(ordering: Ordering, template: Template): Cost[] {
  const lane = ordering === "application" ? { application: { changedBytes: 1000 } } : {};
  const loads = [
    ["without users", IDLE],
    ["1,000 connections at a time, 1 message a second to rooms of 100", TYPICAL],
  ] as const;
  return loads.map(([when, load]) => {
    const items = [...costOf({ ...load, ...lane }), ...secretsOf(template)];
    return { when, items, usdPerMonth: items.reduce((sum, { usd }) => sum + usd, 0) };
  });
}

/** The plan for people. */
export function describePlan({ count, kinds, functions, permissions, costs }: Plan): string {
  const width = Math.max(...kinds.map(({ what }) => what.length));
  const rows = kinds.map(
    ({ what, names }) =>
      `  ${String(names.length).padStart(3)}  ${what.padEnd(width)}  ${listed(names)}`,
  );
  const sizes = functions.map(({ name, bytes }) => `${name} ${(bytes / 1000).toFixed(0)} KB`);
  const may = Object.entries(permissions.functions).map(
    ([name, actions]) => `  ${name}: ${actions.join(", ")}`,
  );
  const prices = costs.map(
    ({ when, usdPerMonth }) => `  $${usdPerMonth.toFixed(2).padStart(8)} a month ${when}`,
  );
  return [
    `Would create ${count} resources, unless they are there already:`,
    ...rows,
    `\nCode, unpacked: ${sizes.join(", ")}`,
    "\nYou need these permissions:",
    ...permissions.deployer.map((line) => `  ${line}`),
    "\nIts parts may then do, each on what belongs to the stack:",
    ...may,
    "\nEstimated costs, in us-east-1 and without free tiers; `npx lambda-rooms cost` has other loads:",
    ...prices,
    ...(kinds.some(({ type }) => type === "AWS::CloudFront::Distribution") ? [SITE] : []),
  ].join("\n");
}

const SITE = "  besides, CloudFront and S3 by use: docs/site.md";

const MOST_NAMES = 8;

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).join(", ");
  return names.length > MOST_NAMES ? `${shown} and ${names.length - MOST_NAMES} more` : shown;
}
