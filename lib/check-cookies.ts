import { Annotations } from "aws-cdk-lib";
import type { Construct } from "constructs";

/**
 * Warns of cookies that an application reads while pages of every origin may connect; refuses a session.
 *
 * @throws Error that names the places and the ways out
 */
export function checkCookies(
  scope: Construct,
  entry: string,
  origins: readonly string[] | undefined,
): void {
  // `npm start` says it itself, and runs the application.
  if (origins !== undefined || scope.node.tryGetContext("lambda-rooms:local")) return;
  // Loaded here: the compiler takes a quarter of a second.
  const { describeCookieUses, findCookieUses } =
    require("../checks/cookies") as typeof import("../checks/cookies");
  const uses = findCookieUses(entry);
  const sessions = uses.filter(({ isSession }) => isSession);
  if (sessions.length > 0) {
    const lines = describeCookieUses(sessions).join("\n");
    throw new Error(
      `Cannot deploy a session by cookies to which pages of every origin may connect:\n\n${lines}\n`,
    );
  }
  for (const [index, line] of describeCookieUses(uses).entries())
    Annotations.of(scope).addWarningV2(`lambda-rooms:cookies-${index + 1}`, line);
}
