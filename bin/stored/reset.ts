import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GoneException,
} from "@aws-sdk/client-apigatewaymanagementapi";
import { DynamoApplication } from "../../src/store/dynamo/application";
import { DynamoStore } from "../../src/store/dynamo/dynamo-store";
import { called, readArguments, runToEnd, UsageError } from "../usage";
import { openTable, TABLE_HELP, TABLE_OPTIONS } from "./open";

const help = () => `Usage: ${called("run reset")} --table <name> --url <url>

Lets an application with ordering "application" begin anew: its variables, listeners and timers are forgotten, and its
clients are disconnected; stock clients connect again by themselves.

  --url <url>       of the WebSocket API's stage: the stack's output Endpoint
${TABLE_HELP}`;

/** Another container may commit between the read and the commit. */
const MAX_TRIES = 5;
/** API Gateway takes 500 requests a second for an account and region. */
const AT_ONCE = 20;

async function main(): Promise<void> {
  const { values } = readArguments("reset", {
    options: { ...TABLE_OPTIONS, url: { type: "string" } },
  });
  if (values.help) return console.log(help());
  if (!/^(https?|wss?):\/\//.test(values.url ?? "")) {
    throw new UsageError(
      `Cannot reset: expected --url with the stack's output Endpoint, got ${values.url ?? "none"}`,
    );
  }
  const table = openTable("reset", values);
  const forgotten = await forget(new DynamoApplication(table));
  console.log(`Forgotten: ${forgotten} entries`);
  const ids: string[] = [];
  for await (const page of new DynamoStore(table).connections())
    ids.push(...page.map(({ id }) => id));
  const endpoint = (values.url as string).replace(/^ws/, "http");
  const api = new ApiGatewayManagementApiClient({ endpoint });
  for (let start = 0; start < ids.length; start += AT_ONCE) {
    await Promise.all(ids.slice(start, start + AT_ONCE).map((id) => disconnect(api, id)));
    const done = Math.min(start + AT_ONCE, ids.length);
    console.log(`Disconnected: ${done} of ${ids.length} connections`);
  }
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
