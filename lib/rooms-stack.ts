import { CfnOutput, Stack, type StackProps } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { RoomsAlarms } from "./alarms";
import { type BudgetProps, RoomsBudget } from "./budget";
import { RoomsDashboard } from "./dashboard";
import { Rooms, type RoomsProps } from "./rooms";

/** Properties of `RoomsStack`. */
export interface RoomsStackProps extends StackProps, RoomsProps {
  /**
   * What a month may cost, and which addresses get notices.
   *
   * @default - no budget
   */
  readonly budget?: BudgetProps;
}

/** A stack that holds one `Rooms` and says how to connect to it. */
export class RoomsStack extends Stack {
  readonly rooms: Rooms;

  constructor(scope: Construct, id: string, props: RoomsStackProps) {
    super(scope, id, props);
    this.rooms = new Rooms(this, "Rooms", props);
    new RoomsAlarms(this, "Alarms", { rooms: this.rooms });
    new RoomsDashboard(this, "Dashboard", { rooms: this.rooms });
    if (props.budget) new RoomsBudget(this, "Budget", { rooms: this.rooms, ...props.budget });
    const { api, stage, endpoint } = this.rooms;
    new CfnOutput(this, "Endpoint", { value: endpoint, description: "URL of the WebSocket API." });
    new CfnOutput(this, "PublishUrl", {
      value: this.rooms.publishUrl,
      description: "Where other code publishes to rooms, signed by IAM.",
    });
    if (this.rooms.httpUrl !== undefined) {
      new CfnOutput(this, "HttpUrl", {
        value: this.rooms.httpUrl,
        description: "Where the application's own HTTP server answers.",
      });
    }
    new CfnOutput(this, "Table", {
      value: this.rooms.table.tableName,
      description: "For `npm run inspect` and `npm run reset`.",
    });
    new CfnOutput(this, "DeadLetters", {
      value: this.rooms.allDeadLetters.map(({ queueArn }) => queueArn).join(" "),
      description: "Dead-letter queues; see docs/operations.md.",
    });
    const { site } = this.rooms;
    if (site) {
      new CfnOutput(this, "Site", { value: site.url, description: "Pages, routes and WebSocket." });
    }
    const path = site && site.path !== "/socket.io" ? `path: "${site.path}", ` : "";
    new CfnOutput(this, "Client", {
      value: site
        ? `io("${site.url}", { ${path}transports: ["websocket"] })`
        : `io("${api.apiEndpoint}", { path: "/${stage.stageName}", transports: ["websocket"] })`,
      description: "How a stock Socket.IO client connects.",
    });
  }
}
