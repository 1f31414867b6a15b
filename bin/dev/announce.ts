import type { Ordering } from "../../lib/ordering";
import type { LocalStack } from "../../local";
import { clientLines } from "../client-line";
import { isCommand } from "../usage";

/** What is said of a stack that is ready. */
export interface Announcement {
  readonly app: string;
  readonly ordering: Ordering;
  /** Of the Socket.IO server. */
  readonly path: string | undefined;
  readonly tookMs: number;
  /** Further lines of addresses. */
  readonly further?: readonly string[];
}

export function announce(
  stack: LocalStack,
  { app, ordering, path: at, tookMs, further = [] }: Announcement,
): void {
  const lines = clientLines(stack, at);
  const publish = urlOf(stack, "Publish") ?? "";
  const http = urlOf(stack, "Http");
  const { AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = stack.environment;
  const [table] = Object.values(stack.tableNames);
  const key = `AWS_REGION=${AWS_REGION} AWS_ACCESS_KEY_ID=${AWS_ACCESS_KEY_ID} AWS_SECRET_ACCESS_KEY=${AWS_SECRET_ACCESS_KEY}`;
  const inspect = `${key} ${isCommand() ? "npx lambda-rooms inspect" : "npm run inspect --"} --endpoint ${stack.dynamodbUrl} --table ${table}`;
  const addresses = [
    `WebSocket   ${stack.webSocketUrl}`,
    `Page        ${stack.httpUrl}/`,
    `Publish     ${publish}`,
    ...(http ? [`HTTP        ${http}`] : []),
    ...further,
  ];
  console.log(`
Ready after ${(tookMs / 1000).toFixed(1)} s: ${app}, ordering "${ordering}"

${addresses.map((line) => `  ${line}`).join("\n")}

  Stock client     ${lines.anywhere}${lines.ownPage ? `\n  On its own page  ${lines.servedClient}; of another build: ${lines.ownPage}` : ""}
  Plain WebSocket  npx wscat -c ${stack.webSocketUrl}     then  {"action":"ping","id":1}
  From outside     curl --aws-sigv4 aws:amz:${AWS_REGION}:lambda --user ${AWS_ACCESS_KEY_ID}:${AWS_SECRET_ACCESS_KEY} \\
                     -H 'content-type: application/json' -d '{"rooms":["lobby"],"event":"message","args":["hello"]}' ${publish}emit${
                       ordering === "application"
                         ? `
  What it keeps    ${inspect}`
                         : ""
                     }

Ctrl-C ends it.
`);
}

/** The function URL of one of the functions, if it has one. */
export function urlOf({ functionUrls }: LocalStack, name: string): string | undefined {
  const id = Object.keys(functionUrls).find((one) => one.includes(`Functions${name}`));
  return id && functionUrls[id];
}
