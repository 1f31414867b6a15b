import type { Context } from "aws-lambda";
import { admit, refuseStranger } from "../../src/functions/http/admission";
import { askLane } from "../../src/functions/http/ask-lane";
import type { HttpEvent } from "../../src/functions/http/events";
import { readSetting } from "../../src/settings/read";
import { originSecret } from "../../src/settings/settings";
import { DynamoRequests } from "../../src/store/dynamo/requests";
import { composeLanes, composeTable } from "../compose";
import { observed } from "../observed";

const secret = readSetting(originSecret);
const lanes = composeLanes();
const ports = {
  requests: new DynamoRequests(composeTable()),
  send: lanes.send.bind(lanes),
};

/** Kept of the invocation's time to send the answer. */
const RESERVE_MS = 500;

/** The function URL of an application with one lane: each request goes to where the application's memory is. */
export const handler = observed(async (event: HttpEvent, context: Context) => {
  const asked = admit(event, secret);
  if (!asked) return refuseStranger();
  return askLane(ports, asked, Date.now() + context.getRemainingTimeInMillis() - RESERVE_MS);
});
