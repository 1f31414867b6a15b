import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GoneException,
} from "@aws-sdk/client-apigatewaymanagementapi";
import { DynamoApplication } from "../../src/store/dynamo/application";
import { DynamoStore } from "../../src/store/dynamo/dynamo-store";
import type { Table } from "../../src/store/dynamo/table";
import { asking } from "../aws/account";
import { confirm } from "../command/ask";
import { readCommand } from "../command/read";
import { RESET } from "../command/tables/stored";
import { runToEnd, UsageError } from "../usage";
import { openTable } from "./open";

/** Another container may commit between the read and the commit. */
const MAX_TRIES = 5;
/** API Gateway takes 500 requests a second for an account and region. */
const AT_ONCE = 20;

async function main(): Promise<void> {
  const given = readCommand(RESET);
  if (given === undefined) return;
  const { values } = given;
  if (values.url !== undefined || values.table !== undefined) checkUrl(values.url);
  const { table, outputs } = await openTable("reset", values);
  const url = values.url ?? outputs.Endpoint;
  checkUrl(url);
  const question = "All that the application keeps is forgotten, and every client is disconnected.";
  if (!(await confirm("reset", question, { yes: values.yes }))) {
    console.error("Nothing was changed.");
    process.exitCode = 1;
    return;
  }
  const say = (text: string) => (values.json ? console.error(text) : console.log(text));
  const forgotten = await asking("reset", () => forget(new DynamoApplication(table)));
  say(`Forgotten: ${forgotten} entries`);
  const disconnected = await asking("reset", () => disconnectAll(table, url as string, say));
  if (values.json) console.log(JSON.stringify({ forgotten, disconnected }, undefined, 2));
}

function checkUrl(url: string | undefined): void {
  if (/^(https?|wss?):\/\//.test(url ?? "")) return;
  throw new UsageError(
    `Cannot reset: expected --url with the stack's output Endpoint, got ${url ?? "none"}`,
  );
}

/** @returns how many connections there were */
async function disconnectAll(
  table: Table,
  url: string,
  say: (text: string) => void,
): Promise<number> {
  const ids: string[] = [];
  for await (const page of new DynamoStore(table).connections())
    ids.push(...page.map(({ id }) => id));
  const api = new ApiGatewayManagementApiClient({ endpoint: url.replace(/^ws/, "http") });
  for (let start = 0; start < ids.length; start += AT_ONCE) {
    await Promise.all(ids.slice(start, start + AT_ONCE).map((id) => disconnect(api, id)));
    const done = Math.min(start + AT_ONCE, ids.length);
    say(`Disconnected: ${done} of ${ids.length} connections`);
  }
  return ids.length;
}

async function forget(application: DynamoApplication): Promise<number> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const { entries, log } = await application.read();
    if (entries.size === 0) return 0;
    const changes = { set: new Map<string, string>(), removed: [...entries.keys()], messages: [] };
    if (await log.commit(changes)) return entries.size;
  }
  throw new Error(
    `Cannot reset: expected no event meanwhile, got one at each of ${MAX_TRIES} tries`,
  );
}

async function disconnect(api: ApiGatewayManagementApiClient, id: string): Promise<void> {
  try {
    await api.send(new DeleteConnectionCommand({ ConnectionId: id }));
  } catch (error) {
    // It has gone by itself.
    if (!(error instanceof GoneException)) throw error;
  }
}

void runToEnd(main);
