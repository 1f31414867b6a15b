import { Stack, Validations } from "aws-cdk-lib";
import type { IConstruct } from "constructs";

/** Says in the open why a rule of cdk-nag's AwsSolutions does not apply to a construct. */
export function acknowledge(scope: IConstruct, rule: string, reason: string): void {
  Validations.of(scope).acknowledge({ id: `AwsSolutions::AwsSolutions-${rule}`, reason });
}

/**
 * Says why a policy may hold ARNs that end in a wildcard. cdk-nag wants each one named, so that a
 * wildcard added later does not hide behind the reason of an earlier one.
 */
export function acknowledgeWildcards(
  scope: IConstruct,
  arns: readonly string[],
  reason: string,
): void {
  for (const arn of arns) {
    acknowledge(scope, `IAM5[Resource::${flat(Stack.of(scope).resolve(arn))}]`, reason);
  }
}

type Resolved =
  | string
  | { readonly Ref: string }
  | { readonly "Fn::Sub": string }
  | { readonly "Fn::GetAtt": [string, string] }
  | { readonly "Fn::Join": [string, Resolved[]] };

/** An ARN as cdk-nag writes it: `arn:<AWS::Partition>:…`. */
function flat(value: Resolved): string {
  if (typeof value === "string") return value;
  if ("Ref" in value) return `<${value.Ref}>`;
  if ("Fn::GetAtt" in value) return `<${value["Fn::GetAtt"].join(".")}>`;
  if ("Fn::Sub" in value) return value["Fn::Sub"].replace(/\$\{([^}]+)\}/g, "<$1>");
  const [separator, parts] = value["Fn::Join"];
  return parts.map(flat).join(separator);
}
