import { createHmac } from "node:crypto";
import type { Json } from "../json";
import { Local } from "./names";

const REFERENCE = /\{\{resolve:secretsmanager:(.+?):SecretString:([^:}]*)[^}]*\}\}/g;

/**
 * A text with its references to secrets resolved, as CloudFormation does while it deploys. Each secret is a random text
 * that stays as long as the stack runs.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html
 */
export function withSecrets(value: Json): Json {
  if (typeof value !== "string") return value;
  return value.replace(REFERENCE, (_, id: string, key: string) =>
    createHmac("sha256", Local.secretAccessKey).update(`${id} ${key}`).digest("hex").slice(0, 40),
  );
}
