import { Duration } from "aws-cdk-lib";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";

/** Properties of `Heartbeat`. */
export interface HeartbeatProps {
  /** The function that pings every connection. */
  readonly target: IFunction;
}

/** Runs the heartbeat often enough that no living connection counts as idle. */
export class Heartbeat extends Construct {
  readonly rule: Rule;

  constructor(scope: Construct, id: string, props: HeartbeatProps) {
    super(scope, id);
    // API Gateway closes a connection after 10 minutes without data, and the handshake makes clients expect
    // a ping every 9: at 8 a late run still comes in time for both.
    // https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
    const every = Duration.minutes(8);
    this.rule = new Rule(this, "Rule", {
      description: "Pings every WebSocket connection.",
      schedule: Schedule.rate(every),
      // These bound only EventBridge's delivery to Lambda's queue, not what the queue does.
      targets: [new LambdaFunction(props.target, { maxEventAge: every, retryAttempts: 2 })],
    });
    // A failed round is worth two more, after one minute and after three: without them the next ping comes after 16
    // minutes, when API Gateway has closed what is idle. A second ping does no harm; clients answer it as any other.
    // An older round would only double the next one, and Lambda's own six hours let the rounds that a throttled account
    // could not run come all at once.
    // https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
    props.target.configureAsyncInvoke({ maxEventAge: every, retryAttempts: 2 });
  }
}
