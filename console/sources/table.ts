import { DynamoDBClient, type DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { SdkDynamo } from "../../bin/stored/sdk-dynamo";
import { Table } from "../../src/store/dynamo/table";

/** The table of a stack, with the SDK's own Region and credentials where none are given. */
export function openTable(name: string, config: DynamoDBClientConfig = {}): Table {
  const marshallOptions = { removeUndefinedValues: true };
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(config), { marshallOptions });
  return new Table(new SdkDynamo(client), name);
}
