import path from "node:path";
import { Duration, Stack, type StackProps } from "aws-cdk-lib";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import { Runtime } from "aws-cdk-lib/aws-lambda";
import { NodejsFunction } from "aws-cdk-lib/aws-lambda-nodejs";
import type { Construct } from "constructs";
import { Rooms } from "lambda-rooms";

/** A function that runs each five minutes, and notifies the clients in a room. */
export class NewsStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const rooms = new Rooms(this, "Rooms", { entry: path.join(__dirname, "../server.ts") });
    const notify = new NodejsFunction(this, "Notify", {
      entry: path.join(__dirname, "../notify.ts"),
      runtime: Runtime.NODEJS_24_X,
      timeout: Duration.seconds(30),
    });
    rooms.grantPublish(notify);
    new Rule(this, "EachFiveMinutes", {
      schedule: Schedule.rate(Duration.minutes(5)),
      targets: [new LambdaFunction(notify)],
    });
  }
}
