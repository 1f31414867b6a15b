import { asList, isObject, type Json, type JsonObject, show } from "../json";
import type { ReadContext, ResolvedResource } from "../template/context";
import type { BucketStatement } from "./model";

type Conditions = Pick<BucketStatement, "sourceArn" | "isForPlainText">;

/**
 * Reads the statements of a bucket policy that are understood, which those of this project are: effect, actions,
 * resources, everyone or one service, the resource for which the service asks, and TLS.
 *
 * An Allow that is not understood is left out, so that it allows nothing here.
 *
 * @throws Error for a Deny that is not understood: without it requests would be allowed that AWS refuses
 */
export function readStatements(
  policy: ResolvedResource,
  warn: ReadContext["warn"],
): BucketStatement[] {
  return asList(policy.object("PolicyDocument").values.Statement).flatMap((statement) => {
    const understood = isObject(statement) ? readStatement(statement) : undefined;
    if (understood) return [understood];
    if (!isObject(statement) || statement.Effect !== "Allow") {
      throw new Error(
        `Cannot read ${policy.logicalId}: expected a Deny that is understood here, got ${show(statement)}`,
      );
    }
    warn(
      `A statement of ${policy.logicalId} is left out, since only plain ones are understood here: ${show(statement)}`,
    );
    return [];
  });
}

function readStatement(statement: JsonObject): BucketStatement | undefined {
  const { Effect, Action, Resource, NotAction, NotResource, NotPrincipal } = statement;
  if (NotAction ?? NotResource ?? NotPrincipal) return undefined;
  const principal = readPrincipal(statement.Principal);
  const conditions = readConditions(statement.Condition ?? {});
  if (!principal || !conditions) return undefined;
  return {
    isAllowed: Effect === "Allow",
    actions: asList(Action).map(String),
    resources: asList(Resource).map(String),
    ...principal,
    ...conditions,
  };
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html */
function readPrincipal(given: Json | undefined): Pick<BucketStatement, "service"> | undefined {
  if (given === "*") return { service: undefined };
  if (!isObject(given)) return undefined;
  const [[kind, named] = [], ...others] = Object.entries(given);
  const [name, ...more] = asList(named);
  if (others.length > 0 || more.length > 0 || typeof name !== "string") return undefined;
  if (kind === "AWS" && name === "*") return { service: undefined };
  return kind === "Service" ? { service: name } : undefined;
}

/** Names of keys know no case. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html */
function readConditions(given: Json): Conditions | undefined {
  let known: Conditions = { sourceArn: undefined, isForPlainText: false };
  if (!isObject(given)) return undefined;
  for (const [operator, keys] of Object.entries(given)) {
    for (const [key, values] of Object.entries(isObject(keys) ? keys : { "": keys })) {
      const read = readCondition(`${operator} ${key.toLowerCase()}`, asList(values));
      if (!read) return undefined;
      known = { ...known, ...read };
    }
  }
  return known;
}

function readCondition(
  what: string,
  [value, ...others]: readonly Json[],
): Partial<Conditions> | undefined {
  if (value === undefined || others.length > 0) return undefined;
  if (what === "StringEquals aws:sourcearn") return { sourceArn: String(value) };
  if (what !== "Bool aws:securetransport") return undefined;
  if (!["true", "false"].includes(String(value))) return undefined;
  return { isForPlainText: String(value) === "false" };
}
