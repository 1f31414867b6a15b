/** Names on which the stack and the probes agree. */
export const STACK_NAME = "LambdaRoomsVerify";

/** The one web origin whose pages may connect. */
export const ALLOWED_ORIGIN = "https://verify.example";

/** For `$connect` from a page that may not. */
export const FOREIGN_ORIGIN = "https://foreign.example";

/** A parameter of Parameter Store that the application gets as the variable `WORD`. */
export const WORD = { parameter: "/lambda-rooms-verify/word", text: "pear" } as const;

/** Resources of the stack that are asked by name: how the logical id looks, and the type. */
export const RESOURCES = {
  api: [/GatewayApi/, "AWS::ApiGatewayV2::Api"],
  lane: [/LanesQueue/, "AWS::SQS::Queue"],
  deadLetters: [/LanesDeadLetters/, "AWS::SQS::Queue"],
  laneFunction: [/FunctionsLane/, "AWS::Lambda::Function"],
  laneLog: [/FunctionsLaneLog/, "AWS::Logs::LogGroup"],
  heartbeatFunction: [/FunctionsHeartbeat/, "AWS::Lambda::Function"],
} as const;

export type ResourceName = keyof typeof RESOURCES;
