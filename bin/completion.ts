import { completionOf, type Shell } from "./command/completion";
import { readCommand } from "./command/read";
import { COMPLETION } from "./command/tables/local";
import { COMMANDS } from "./commands";
import { runToEnd } from "./usage";

/** `lambda-rooms completion`. */
void runToEnd(() => {
  const given = readCommand(COMPLETION);
  const [shell] = given?.positionals ?? [];
  if (shell !== undefined) process.stdout.write(completionOf(shell as Shell, COMMANDS));
});
