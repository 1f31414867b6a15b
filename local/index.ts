export type { Clock } from "./clock";
export type { FunctionError } from "./lambda/protocol";
export type {
  AnsweredRequest,
  Faults,
  Limits,
  LocalStackOptions,
  LogLine,
  Post,
  Timings,
} from "./options";
export { type LocalStack, startLocalStack } from "./stack";
export type { DeadLetter, Statistics } from "./statistics";
export type { Traffic } from "./traffic";
