import type { Context } from "aws-lambda";
import { isAdmitted, refuseStranger } from "../../src/functions/http/admission";
import { askLane } from "../../src/functions/http/ask-lane";
import { withClientOf } from "../../src/functions/http/behind-site";
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
  if (!isAdmitted(event, secret)) return refuseStranger();
  const asked = secret === undefined ? event : withClientOf(event);
  return askLane(ports, asked, Date.now() + context.getRemainingTimeInMillis() - RESERVE_MS);
});
