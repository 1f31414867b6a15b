import path from "node:path";
import { Stack, type StackProps } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { Rooms } from "lambda-rooms";
import { RoomsAlarms } from "lambda-rooms/cdk";

/** The chat, and what else you put beside it: tables, other functions, a schedule. */
export class ChatStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const rooms = new Rooms(this, "Rooms", { entry: path.join(__dirname, "../server.ts") });
    new RoomsAlarms(this, "Alarms", { rooms });
    // rooms.grantPublish(nightlyReport) lets another function publish to the rooms.
  }
}
