import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, ScanCommand } from "@aws-sdk/lib-dynamodb";
import type { TestStack } from "../support/clients";

interface Item {
  readonly p: string;
  readonly d?: number;
}

/** Looks for what a local stack keeps or complains of when every client has gone. */
export class LeftoverWatch {
  readonly #reported = new Set<string>();
  readonly #dynamo: DynamoDBDocumentClient;

  constructor(private readonly test: TestStack) {
    const client = new DynamoDBClient({
      endpoint: test.stack.dynamodbUrl,
      region: test.stack.environment.AWS_REGION ?? "us-east-1",
      credentials: test.stack.credentials,
    });
    this.#dynamo = DynamoDBDocumentClient.from(client);
  }

  /** What has not been reported before, so that one fault is not taken for many. */
  async find(): Promise<string[]> {
    const [TableName] = Object.values(this.test.stack.tableNames);
    const { Items = [] } = await this.#dynamo.send(new ScanCommand({ TableName }));
    // Sessions, logged packets, the names of namespaces and the log of `ordering: "application"` stay on purpose, and so
    // does a room that was deleted while its count was in doubt, as after a redelivery: its item expires.
    const isLasting = ({ p, d }: Item) =>
      /^[vlgxoh]/.test(p) || (p.startsWith("n/") && d !== undefined);
    const left = (Items as Item[]).filter((item) => !isLasting(item));
    const items = left.map((item) => `item in the table: ${JSON.stringify(item, showSets)}`);
    const dead = this.test.stack.deadLetters().map(({ body }) => `dead letter: ${body}`);
    // Of each structured log entry, only what happened.
    const complaints = this.test.log
      .splice(0)
      .filter(({ stream, text }) => stream === "stderr" && /^ +(message|error):/.test(text))
      .map(({ text }) => `a function wrote: ${text}`);
    const found = [...items, ...dead].filter((text) => !this.#reported.has(text));
    for (const text of found) this.#reported.add(text);
    return [...new Set([...found, ...complaints])];
  }

  close(): void {
    this.#dynamo.destroy();
  }
}

function showSets(_: string, value: unknown): unknown {
  return value instanceof Set ? [...value] : value;
}
