import type { IncomingMessage } from "node:http";
import type { FunctionModel, RoleModel } from "../template/model";
import { Local } from "../template/names";
import { patternOf } from "../wildcards";

/** A permission of a role that no call has needed. */
export interface Grant {
  /** Logical id of the role. */
  readonly role: string;
  readonly action: string;
  readonly resource: string;
}

/** What marks the session tokens of functions, in front of the role's name and the function's. */
const PREFIX = `${Local.sessionToken}/`;

/** The session token of a function, by which its calls are known, as those of an assumed role are. */
export function sessionTokenOf({ name }: FunctionModel, role: RoleModel | undefined): string {
  return role ? `${PREFIX}${role.name}/${name}` : Local.sessionToken;
}

/**
 * What the roles of a template may do. A caller without a role of the template, such as a developer's
 * tool, may do anything.
 *
 * An explicit Deny wins, else one Allow is enough:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export class Access {
  readonly #used = new Set<string>();
  /** By role, with their patterns ready: every request of the stack is looked up in them. */
  readonly #grants: ReadonlyMap<RoleModel, ReturnType<typeof grantsOf>>;

  constructor(private readonly roles: readonly RoleModel[]) {
    this.#grants = new Map(roles.map((role) => [role, grantsOf(role)]));
  }

  /** The role of an ARN; `undefined` for one that is not of the template. */
  find(arn: string): RoleModel | undefined {
    return this.roles.find((role) => role.arn === arn);
  }

  /**
   * Why a request is refused, in IAM's words; `undefined` if it is allowed.
   *
   * @param keys partition keys that it names, where it goes to a table
   */
  refuses(
    request: IncomingMessage,
    action: string,
    resource: string,
    keys: readonly string[] = [],
  ): string | undefined {
    const token = String(request.headers["x-amz-security-token"] ?? "");
    if (!token.startsWith(PREFIX)) return undefined;
    const [roleName = "", session = ""] = token.slice(PREFIX.length).split("/");
    const role = this.roles.find(({ name }) => name === roleName);
    if (role && this.allows(role, action, resource, keys)) return undefined;
    const user = `arn:${Local.partition}:sts::${Local.account}:assumed-role/${roleName}/${session}`;
    return `User: ${user} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;
  }

  /** Whether a role may do something; notes which of its permissions that takes. */
  allows(role: RoleModel, action: string, resource: string, keys: readonly string[] = []): boolean {
    const grants = this.#grants.get(role) ?? [];
    const found = grants.filter((grant) => grant.covers(action, resource, keys));
    if (found.some(({ isAllowed }) => !isAllowed)) return false;
    for (const grant of found) this.#used.add(keyOf(grant));
    return found.length > 0;
  }

  /** Permissions that nothing has needed so far, but for those on logs, which are not written here. */
  get unused(): Grant[] {
    return [...this.#grants.values()]
      .flat()
      .filter(
        (grant) =>
          grant.isAllowed && !grant.action.startsWith("logs:") && !this.#used.has(keyOf(grant)),
      )
      .map(({ role, action, resource }) => ({ role, action, resource }));
  }
}

function grantsOf({ logicalId: role, statements }: RoleModel) {
  return statements.flatMap(({ isAllowed, actions, resources, leadingKeys }) =>
    actions.flatMap((action) =>
      resources.map((resource) => {
        // Actions know no case.
        const actionPattern = patternOf(action, "is");
        const resourcePattern = patternOf(resource, "s");
        const keyPatterns = leadingKeys?.map((key) => patternOf(key, "s"));
        // `ForAllValues` also holds where a request names no key:
        // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
        const covers = (asked: string, on: string, keys: readonly string[]) =>
          actionPattern.test(asked) &&
          resourcePattern.test(on) &&
          keys.every((key) => keyPatterns?.some((pattern) => pattern.test(key)) ?? true);
        return { role, action, resource, isAllowed, covers };
      }),
    ),
  );
}

function keyOf({ role, action, resource }: Grant): string {
  return `${role} ${action} ${resource}`;
}
