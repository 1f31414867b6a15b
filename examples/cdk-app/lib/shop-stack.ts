import path from "node:path";
import { CfnOutput, Duration, Stack, type StackProps } from "aws-cdk-lib";
import { FunctionUrlAuthType, Runtime } from "aws-cdk-lib/aws-lambda";
import { NodejsFunction } from "aws-cdk-lib/aws-lambda-nodejs";
import type { Construct } from "constructs";
import { Rooms } from "lambda-rooms";
import { RoomsAlarms } from "lambda-rooms/cdk";

/** A shop whose customers hear of their orders: the rooms, and a function of the shop's own that publishes to them. */
export class ShopStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const rooms = new Rooms(this, "Rooms", { entry: path.join(__dirname, "../server.ts") });
    new RoomsAlarms(this, "Alarms", { rooms });

    const shipped = new NodejsFunction(this, "Shipped", {
      entry: path.join(__dirname, "../shipped.ts"),
      runtime: Runtime.NODEJS_24_X,
      timeout: Duration.seconds(10),
    });
    rooms.grantPublish(shipped);
    const { url } = shipped.addFunctionUrl({ authType: FunctionUrlAuthType.AWS_IAM });
    new CfnOutput(this, "ShippedUrl", { value: url });
  }
}
