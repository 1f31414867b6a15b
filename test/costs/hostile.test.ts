import { readFileSync } from "node:fs";
import path from "node:path";
import { PRICES } from "../../bench/cost-figures";
import * as hostile from "../../bench/hostile";
import { CHARGES, chargeOfLogging, chargeOfPosts } from "../../src/spending/charges";
import { roomsTemplate } from "../lib/support";

/** What one hostile client costs: the charges against the cost model, and the table in docs/operations.md. */

const docs = readFileSync(path.join(__dirname, "../../docs/operations.md"), "utf8");

test.each([
  ["a frame", hostile.frame, CHARGES.frame],
  ["a pong of which one in five is counted", hostile.pong + hostile.frame / 5, CHARGES.frame],
  ["a join or leave", hostile.frame + hostile.write, CHARGES.frame + CHARGES.write],
  ["a connection", hostile.longConnection, CHARGES.connection],
  ["a packet of 30 KB in three logs", 3 * 31 * PRICES.writeUnits, chargeOfLogging(3, 30 * 1024)],
  ["a short post", hostile.post(200), chargeOfPosts(1, 200)],
  ["a post of 32 KB", hostile.post(32 * 1024), chargeOfPosts(1, 32 * 1024)],
  ["a post of 128 KB", hostile.post(128 * 1024), chargeOfPosts(1, 128 * 1024)],
])("%s is charged with what it costs, and not with much more", (_, cost, charge) => {
  expect(charge).toBeGreaterThanOrEqual(cost);
  expect(charge).toBeLessThan(cost * 1.35);
});

test("nothing that one client does costs a dollar an hour", () => {
  for (const { what, limited } of hostile.attacks())
    expect([what, limited < 1]).toEqual([what, true]);
});

test("without limits of an address it would be tens of dollars", () => {
  const worst = Math.max(...hostile.attacks().map(({ unlimited }) => unlimited));
  expect(worst).toBeGreaterThan(100);
});

test("the documented table is the model's", () => {
  for (const row of hostile.rows()) expect(docs).toContain(row);
});

test("the rate of new connections is the template's", () => {
  const stages = roomsTemplate().findResources("AWS::ApiGatewayV2::Stage");
  const [stage] = Object.values(stages);
  const connect = stage?.Properties.RouteSettings.$connect;
  expect(connect.ThrottlingRateLimit).toBe(hostile.CONNECTS_PER_SECOND);
});
