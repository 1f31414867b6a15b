import { RemovalPolicy, Stack } from "aws-cdk-lib";
import { CfnAccount } from "aws-cdk-lib/aws-apigateway";
import {
  type CfnStage,
  LogGroupLogDestination,
  type ThrottleSettings,
  WebSocketApi,
  WebSocketStage,
} from "aws-cdk-lib/aws-apigatewayv2";
import { ManagedPolicy, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { accessLogFormat } from "./access-log";
import { acknowledge } from "./acknowledge";

/** Verbs of the management API: POST sends, GET asks for the connection, DELETE closes it. */
export type ManagementMethod = "POST" | "GET" | "DELETE";

/** Properties of `Gateway`. */
export interface GatewayProps {
  /** Name of the stage, which is also the path of its URL. */
  readonly stageName: string;

  /**
   * Rate of frames, for all clients together.
   *
   * @default - 2,000 a second with bursts of 1,000: a fifth of what an account has by default, since
   * everything a broadcast posts draws on the account's same 10,000 a second
   */
  readonly throttle?: ThrottleSettings;

  /**
   * Rate of new connections, refused ones included, for all clients together.
   *
   * @default - 100 a second with bursts of 500, which is what an account takes in a second by default
   */
  readonly connectThrottle?: ThrottleSettings;

  /**
   * How long access logs are kept.
   *
   * @default RetentionDays.ONE_MONTH
   */
  readonly logRetention?: RetentionDays;

  /**
   * Whether to set the role with which API Gateway writes logs: one setting for all APIs of the
   * account and Region, without which a stage with access logs cannot be created. It stays when the
   * stack goes.
   *
   * @default true
   */
  readonly accountLogRole?: boolean;
}

/** The WebSocket API and its stage, without routes: see `addRoutes`. */
export class Gateway extends Construct {
  readonly api: WebSocketApi;
  readonly stage: WebSocketStage;

  constructor(scope: Construct, id: string, props: GatewayProps) {
    super(scope, id);
    this.api = new WebSocketApi(this, "Api", {
      apiName: Stack.of(this).stackName,
      // Every frame takes the route $default, whatever is in it: routing on a field of the body
      // would only parse frames that Socket.IO parses anyway.
      routeSelectionExpression: "\\$default",
    });
    this.stage = new WebSocketStage(this, "Stage", {
      webSocketApi: this.api,
      stageName: props.stageName,
      autoDeploy: true,
      // https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-protect.html
      throttle: props.throttle ?? { rateLimit: 2000, burstLimit: 1000 },
      accessLogSettings: {
        destination: new LogGroupLogDestination(
          new LogGroup(this, "AccessLogs", {
            retention: props.logRetention ?? RetentionDays.ONE_MONTH,
            removalPolicy: RemovalPolicy.DESTROY,
          }),
        ),
        format: accessLogFormat,
      },
    });
    logErrors(this.stage);
    throttleConnections(this.stage, props.connectThrottle ?? { rateLimit: 100, burstLimit: 500 });
    if (props.accountLogRole ?? true) this.setAccountLogRole();
  }

  /** Where functions send: the stage's `@connections` are below it. No trailing slash. */
  get managementEndpoint(): string {
    return this.stage.callbackUrl;
  }

  /** ARNs of every connection of the stage, for the given methods. */
  connectionArns(...methods: ManagementMethod[]): string[] {
    return methods.map((method) =>
      Stack.of(this).formatArn({
        service: "execute-api",
        resource: this.api.apiId,
        resourceName: `${this.stage.stageName}/${method}/@connections/*`,
      }),
    );
  }

  /**
   * Unlike an HTTP API, a WebSocket API writes its logs with the account's role.
   *
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-logging.html
   */
  private setAccountLogRole(): void {
    const policy = "service-role/AmazonAPIGatewayPushToCloudWatchLogs";
    const role = new Role(this, "LogRole", {
      assumedBy: new ServicePrincipal("apigateway.amazonaws.com"),
      managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName(policy)],
    });
    acknowledge(
      role,
      `IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/${policy}]`,
      "The role serves every API of the account and Region, and this is the policy that API Gateway's guide names for it.",
    );
    role.applyRemovalPolicy(RemovalPolicy.RETAIN);
    const account = new CfnAccount(this, "Account", { cloudWatchRoleArn: role.roleArn });
    account.applyRemovalPolicy(RemovalPolicy.RETAIN);
    this.stage.node.addDependency(account);
  }
}

/** Without execution logs a mapping template that fails leaves no trace. Data trace would log what users say. */
const LOGGING = { LoggingLevel: "ERROR", DataTraceEnabled: false };

function logErrors(stage: WebSocketStage): void {
  const resource = stage.node.defaultChild as CfnStage;
  for (const [name, value] of Object.entries(LOGGING)) {
    resource.addPropertyOverride(`DefaultRouteSettings.${name}`, value);
  }
}

/**
 * A route's own settings take the place of the default ones.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-protect.html
 */
function throttleConnections(
  stage: WebSocketStage,
  { rateLimit, burstLimit }: ThrottleSettings,
): void {
  const resource = stage.node.defaultChild as CfnStage;
  resource.addPropertyOverride("RouteSettings", {
    $connect: {
      ...LOGGING,
      ThrottlingRateLimit: rateLimit,
      ThrottlingBurstLimit: burstLimit,
    },
  });
}
