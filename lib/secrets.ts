import { ArnFormat, Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { type Reference, readReference } from "../src/secrets/references";
import type { Permission } from "./function";

type Variables = Readonly<Record<string, string>>;

/** The secrets that variables name. @throws TypeError for a reference that names nothing */
export function referencesIn(environment: Variables): Reference[] {
  return Object.values(environment).flatMap((value) => readReference(String(value)) ?? []);
}

/** What a function needs to read exactly the secrets that its variables name. */
export function secretPermissions(scope: Construct, environment: Variables): Permission[] {
  const stack = Stack.of(scope);
  const arnsOf = (store: Reference["store"], arnOf: (name: string) => string) => {
    const names = referencesIn(environment).filter((one) => one.store === store);
    return [...new Set(names.map(({ name }) => arnOf(name)))];
  };
  const parameters = arnsOf("ssm", (name) =>
    stack.formatArn({
      service: "ssm",
      resource: "parameter",
      resourceName: name.replace(/^\//, ""),
    }),
  );
  const secrets = arnsOf("secretsmanager", (name) =>
    stack.formatArn({
      service: "secretsmanager",
      resource: "secret",
      resourceName: `${name}-??????`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    }),
  );
  return [
    ...(parameters.length > 0 ? [{ actions: ["ssm:GetParameters"], resources: parameters }] : []),
    ...(secrets.length > 0
      ? [
          {
            actions: ["secretsmanager:GetSecretValue"],
            resources: secrets,
            wildcardReason:
              "Secrets Manager ends the ARN of a secret in six characters that it draws; the name before them is whole.",
          },
        ]
      : []),
  ];
}

/**
 * The variables for this machine, where no function reaches AWS: the shell has what a reference stands for.
 *
 * @throws Error that names the variables that the shell lacks
 */
export function localSecrets(environment: Variables, shell = process.env): Record<string, string> {
  const missing: string[] = [];
  const local = Object.entries(environment).map(([name, value]) => {
    if (!readReference(value)) return [name, value] as const;
    const own = shell[name];
    if (own === undefined) missing.push(`${name} (${value})`);
    return [name, own ?? ""] as const;
  });
  if (missing.length === 0) return Object.fromEntries(local);
  throw new Error(
    `Cannot start on this machine: expected the shell or .env to set ${missing.join(", ")}, since secrets are read on AWS alone`,
  );
}
