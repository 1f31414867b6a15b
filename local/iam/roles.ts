import { asList, isObject, type Json } from "../json";
import type { ReadContext, ResolvedResource } from "../template/context";
import type { RoleModel, StatementModel } from "../template/model";

/**
 * Reads the roles of a template with what their own and attached policies say.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html
 */
export function readRoles(
  resources: readonly ResolvedResource[],
  { warn }: ReadContext,
): RoleModel[] {
  const policies = resources.filter(({ type }) => type === "AWS::IAM::Policy");
  return (
    resources
      .filter(({ type }) => type === "AWS::IAM::Role")
      // Managed policies are AWS's: what they allow is not in the template, so nothing can be refused.
      .filter((role) => role.list("ManagedPolicyArns").length === 0)
      .map((role) => {
        const inline = role.list("Policies").filter(isObject);
        const attached = policies.filter((policy) => policy.list("Roles").includes(role.ref));
        const documents = [
          ...inline.map(({ PolicyDocument }) => PolicyDocument),
          ...attached.map(({ values }) => values.PolicyDocument),
        ];
        return {
          logicalId: role.logicalId,
          name: role.ref,
          arn: role.arn,
          statements: documents.flatMap((document) => readDocument(document, warn)),
        };
      })
  );
}

const OPERATOR = "ForAllValues:StringLike";
const LEADING_KEYS = "dynamodb:LeadingKeys";

/** Statements that are understood, which those of this project are: effect, actions, resources, partition keys. */
function readDocument(document: Json | undefined, warn: ReadContext["warn"]): StatementModel[] {
  if (!isObject(document)) return [];
  return asList(document.Statement)
    .filter(isObject)
    .filter(({ Condition, NotAction, NotResource, ...statement }) => {
      const isUnderstood = Condition === undefined || leadingKeysOf(Condition) !== undefined;
      if (isUnderstood && !(NotAction ?? NotResource)) return true;
      warn(
        `A statement of a policy is left out, since only plain ones are understood here: ${JSON.stringify(statement)}`,
      );
      return false;
    })
    .map(({ Effect, Action, Resource, Condition }) => ({
      isAllowed: Effect === "Allow",
      actions: asList(Action).map(String),
      resources: asList(Resource).map(String),
      ...(Condition !== undefined && { leadingKeys: leadingKeysOf(Condition) ?? [] }),
    }));
}

/** The one condition that is understood here, if it is alone. */
function leadingKeysOf(condition: Json): string[] | undefined {
  if (!isObject(condition) || Object.keys(condition).join() !== OPERATOR) return undefined;
  const compared = condition[OPERATOR];
  if (!isObject(compared) || Object.keys(compared).join() !== LEADING_KEYS) return undefined;
  return asList(compared[LEADING_KEYS]).map(String);
}
