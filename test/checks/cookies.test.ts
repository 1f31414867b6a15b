import { App, Stack } from "aws-cdk-lib";
import { Annotations, Match } from "aws-cdk-lib/assertions";
import { describeCookieUses, findCookieUses } from "../../checks/cookies";
import { checkCookies } from "../../lib/check-cookies";
import { readOrigins, writeOrigins } from "../../src/settings/origins";

/** Cookies, which a browser also sends with the upgrade that a page of another site asks for. */

const SESSION = "test/checks/fixtures/session.ts";
const COOKIES = "test/checks/fixtures/cookies.ts";
const stackOf = (context = {}) => new Stack(new App({ context }), "Stack");

test("a session's package is found, and one that is imported for its types alone is not", () => {
  expect(findCookieUses(SESSION)).toEqual([
    { file: SESSION, line: 4, column: 1, what: "express-session", isSession: true },
  ]);
});

test("what reads the header is found, with its place", () => {
  expect(describeCookieUses(findCookieUses(COOKIES))).toEqual([
    expect.stringMatching(
      /^test\/checks\/fixtures\/cookies\.ts:6:17 {2}`socket\.handshake\.headers\.cookie`/,
    ),
    expect.stringMatching(/cookies\.ts:6:\d+ {2}`socket\.request\.headers\["cookie"\]`/),
  ]);
});

test("the chat reads none", () => {
  expect(findCookieUses("apps/chat.ts")).toEqual([]);
});

test("a session that every page may use is refused, with the ways out", () => {
  expect(() => checkCookies(stackOf(), SESSION, undefined)).toThrow(
    /session\.ts:4:1 {2}`express-session` trusts cookies.*set `allowedOrigins`/,
  );
});

test("cookies that are read are a warning", () => {
  const stack = stackOf();
  checkCookies(stack, COOKIES, undefined);
  Annotations.fromStack(stack).hasWarning("/Stack", Match.stringLikeRegexp("trusts cookies"));
});

test.each([["https://a.example"], ["*"]])("an operator who names %s has decided", (origin) => {
  const stack = stackOf();
  checkCookies(stack, SESSION, [origin]);
  expect(Annotations.fromStack(stack).findWarning("*", Match.anyValue())).toEqual([]);
});

test("the local stack runs it all the same", () => {
  expect(() =>
    checkCookies(stackOf({ "lambda-rooms:local": true }), SESSION, undefined),
  ).not.toThrow();
});

test("all origins may be named", () => {
  const text = writeOrigins(["*"]);
  expect(readOrigins(text)("https://anything.example")).toBe(true);
  expect(() => writeOrigins(["*", "https://a.example"])).toThrow(TypeError);
});
