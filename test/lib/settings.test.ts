import { functionNames } from "../../lib/bundle";
import { settingsFrom, settingVariables } from "../../lib/variables";
import { readSetting } from "../../src/settings/read";
import { refusalOf } from "../../src/settings/reserved-names";
import * as settings from "../../src/settings/settings";

/** A setting goes from the command line to the construct, into a variable, and to the function that reads it. */

const TEXTS: Record<keyof typeof settings, { readonly text: string; readonly wrong: string }> = {
  allowedOrigins: { text: "https://a.example https://*.b.example", wrong: "a.example" },
  subprotocols: { text: "chat.v1 chat.v2", wrong: "a/b" },
  addressHeader: { text: "CloudFront-Viewer-Address", wrong: "X-Forwarded-For" },
  siteOnly: { text: "true", wrong: "maybe" },
  connectionLimits: { text: '{"framesPerSecond":10}', wrong: '{"framesPerHour":10}' },
  limits: { text: '{"argsBytes":100}', wrong: '{"argBytes":100}' },
  spendingPerAddress: { text: "2.5", wrong: "-1" },
  maxPostsPerSecond: { text: "500", wrong: "0" },
  fastTimers: { text: "true", wrong: "maybe" },
  fanOutThreshold: { text: "5000", wrong: "0" },
  originSecret: { text: "0123456789abcdef", wrong: "short" },
  logLevel: { text: "WARN", wrong: "LOUD" },
};
const entries = { ...settings };
const names = Object.keys(entries) as (keyof typeof entries)[];
const given = (name: string, text: string) =>
  settingsFrom((one) => (one === name ? text : undefined));

test.each(names)("%s: each function that reads it gets the variable, no other does", (name) => {
  const { variable, readers } = entries[name];
  const props = given(name, TEXTS[name].text);
  const receivers = functionNames.filter((one) => variable in settingVariables(props, one));
  expect(new Set(receivers)).toEqual(new Set(readers));
});

test.each(names)("%s: an invalid value fails in every function's synth", (name) => {
  const variables = () => settingVariables(given(name, TEXTS[name].wrong), "disconnect");
  expect(variables).toThrow(/^Cannot [a-z ]+: expected /);
});

test.each(names)("%s: an application cannot set its variable", (name) => {
  expect(refusalOf(entries[name].variable)).toBe("Lambda Rooms sets it");
});

test("a function reads what the construct wrote", () => {
  const props = settingsFrom((name) => TEXTS[name as keyof typeof settings]?.text);
  const connect = settingVariables(props, "connect");
  expect(readSetting(settings.addressHeader, connect)).toBe("cloudfront-viewer-address");
  expect(readSetting(settings.connectionLimits, connect).framesPerSecond).toBe(10);
  expect(readSetting(settings.spendingPerAddress, connect)).toBe(2.5);
  const isAllowed = readSetting(settings.allowedOrigins, connect);
  expect(["https://c.b.example", "https://b.example"].map(isAllowed)).toEqual([true, false]);
  const lane = settingVariables(props, "lane");
  expect(readSetting(settings.fanOutThreshold, lane)).toBe(5000);
  expect(readSetting(settings.limits, lane)).toEqual({ argsBytes: 100 });
});

test("cdk.json gives values where a command line gives texts", () => {
  const props = settingsFrom((name) => (name === "limits" ? { argsBytes: 100 } : undefined));
  expect(props).toEqual({ limits: { argsBytes: 100 } });
});

test("JSON that does not parse is named with its option", () => {
  const expected = "Cannot read --context limits: expected JSON, got {argsBytes";
  expect(() => given("limits", "{argsBytes")).toThrow(expected);
});
