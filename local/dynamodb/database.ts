import dynalite from "dynalite";
import { listen, loopback, stop } from "../http";
import type { Access } from "../iam/access";
import { isObject, type JsonObject } from "../json";
import type { Faults } from "../options";
import type { TableModel } from "../template/model";
import { Local } from "../template/names";
import { guard } from "./guard";

/** DynamoDB in memory, on a port of its own. */
export interface Database {
  readonly url: string;
  /** Requests so far, by operation. */
  readonly requests: Readonly<Record<string, number>>;
  close(): Promise<void>;
}

interface DatabaseOptions {
  /** How far the time of a signature may be from now. */
  readonly skewMs: number;
  /** @default - nothing goes wrong */
  readonly fault?: Faults["database"];
}

/** Starts the database and creates the tables of the template. */
export async function startDatabase(
  tables: readonly TableModel[],
  access: Access,
  { skewMs, fault = () => undefined }: DatabaseOptions,
): Promise<Database> {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  const requests: Record<string, number> = {};
  const url = `http://${loopback}:${await listen(server, 0, loopback)}`;
  const created = await Promise.allSettled(tables.map(({ request }) => createTable(url, request)));
  const failed = created.find((result) => result.status === "rejected");
  if (failed) {
    await stop(server);
    throw failed.reason;
  }
  // From now on: the tables themselves are there on AWS before a client can ask or anything can go wrong.
  const hashKeys = new Map(tables.map(({ name, request }) => [name, hashKeyOf(request)]));
  const idle = guard(server, { access, skewMs, hashKeys, requests, fault });
  const close = async () => {
    await idle();
    await stop(server);
  };
  return { url, requests, close };
}

function hashKeyOf({ KeySchema: schema }: JsonObject): string {
  const keys = Array.isArray(schema) ? schema.filter(isObject) : [];
  return String(keys.find(({ KeyType }) => KeyType === "HASH")?.AttributeName);
}

async function createTable(url: string, request: JsonObject): Promise<void> {
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": "DynamoDB_20120810.CreateTable",
      "x-amz-date": new Date().toISOString().replace(/[-:]|\.\d+/g, ""),
      // dynalite wants a well-formed header and verifies no signature.
      authorization: `AWS4-HMAC-SHA256 Credential=${Local.accessKeyId}/20260101/${Local.region}/dynamodb/aws4_request, SignedHeaders=host, Signature=0`,
      connection: "close",
    },
    body: JSON.stringify(request),
  });
  if (response.ok) return;
  throw new Error(
    `Cannot create table ${String(request.TableName)}: expected CreateTable to succeed, got ${await response.text()}`,
  );
}
