/**
 * Values of variables that name where a secret is kept, in AWS's words for these stores: `ssm:/shop/db` for Parameter
 * Store, `secretsmanager:shop/db` or `secretsmanager:shop/db:password` for Secrets Manager. This file imports nothing.
 */
export type Reference =
  | { readonly store: "ssm"; readonly name: string }
  | {
      readonly store: "secretsmanager";
      readonly name: string;
      /** Of the secret's JSON. @default - the whole text */
      readonly key?: string;
    };

const SSM = /^ssm:([\w./-]+)$/;
const SECRETS_MANAGER = /^secretsmanager:([\w/+=.@-]+)(?::([\w.-]+))?$/;

/**
 * Reads a variable's value; `undefined` for an ordinary one.
 *
 * @throws TypeError for one that looks like a reference and names nothing
 */
export function readReference(value: string): Reference | undefined {
  if (!/^(ssm|secretsmanager):/.test(value)) return undefined;
  const [, parameter] = SSM.exec(value) ?? [];
  if (parameter) return { store: "ssm", name: parameter };
  const [, name, key] = SECRETS_MANAGER.exec(value) ?? [];
  if (name) return { store: "secretsmanager", name, ...(key && { key }) };
  throw new TypeError(
    `Cannot read the reference ${value}: expected ssm:/path of a parameter or secretsmanager:name[:key]`,
  );
}
