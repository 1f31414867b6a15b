import { ClientHints } from "../../bin/client-hints";
import { clientLines } from "../../bin/client-line";
import { readOptions } from "../../bin/options";

const webSocketUrl = "ws://localhost:3000/prod";
const polling = "/socket.io/?EIO=4&transport=polling&t=abc";
const request = (referer: string | undefined, url = polling, status = 400) => ({
  ...{ url, status, address: "127.0.0.1" },
  headers: { referer, "user-agent": "a browser" },
});

describe("what a client's developer is told in the console", () => {
  const withSite = () =>
    new ClientHints(() => clientLines({ webSocketUrl, siteUrl: "http://localhost:3000" }));

  test("a page whose client asks for long-polling has one line, however often it tries", () => {
    const hints = withSite();
    const lines = ["1", "2", "3"].map(() => hints.about(request("http://localhost:3000/?a=1")));
    expect(lines).toEqual([
      'The client of http://localhost:3000/ asks for HTTP long-polling, which API Gateway has not: io({ transports: ["websocket"] })',
      undefined,
      undefined,
    ]);
    expect(hints.about(request("http://localhost:3000/other"))).toContain("/other");
    expect(hints.about(request(undefined))).toMatch(/^A client asks/);
  });

  test("without a site a client has to be given the path", () => {
    const hints = new ClientHints(() => clientLines({ webSocketUrl, siteUrl: undefined }));
    const upgrade = "/socket.io/?EIO=4&transport=websocket";
    expect(hints.about(request(undefined, upgrade, 403))).toBe(
      'A client asks for /socket.io/, where no WebSocket answers: io("ws://localhost:3000", { path: "/prod", transports: ["websocket"] })',
    );
  });

  test("an old client has the line that names its version, whatever it asks for", () => {
    const old = withSite().about(request(undefined, polling.replace("EIO=4", "EIO=3")));
    expect(old).toBe(
      `A client speaks version 3 of Engine.IO's protocol, as socket.io-client 2 does: take socket.io-client 4, and io("http://localhost:3000", { transports: ["websocket"] })`,
    );
  });

  test.each([
    [400, "its request is not the handshake of a WebSocket (RFC 6455)"],
    [414, "its URL has more than 4,096 characters. Keep large values of `query` in `auth`"],
    [429, "more clients connect a second than API Gateway takes (500)"],
  ])("a handshake that API Gateway refuses with %s has the reason", (status, reason) => {
    const upgrade = "/prod?EIO=4&transport=websocket";
    expect(withSite().about(request(undefined, upgrade, status))).toBe(
      `A client was refused with ${status}: ${reason}`,
    );
  });

  test("whom the application refuses at $connect, its own log names", () => {
    const upgrade = "/prod/?EIO=4&transport=websocket";
    expect(withSite().about(request(undefined, upgrade, 403))).toBeUndefined();
  });

  test("a client that a namespace refuses has a line with the reason, once, which steers no terminal", () => {
    const hints = withSite();
    const post = (text: string) =>
      hints.aboutPost({ connectionId: "c", status: 200, body: Buffer.from(text) });
    expect(post('44{"message":"no token\\u001b[2J"}')).toBe(
      "A middleware of namespace / refused a client: no token\\u001b[2J",
    );
    expect(post('44{"message":"no token\\u001b[2J"}')).toBeUndefined();
    expect(post('44/nope,{"message":"Invalid namespace"}')).toBe(
      "A client asks for the namespace /nope, which the application has not",
    );
    expect(post('42["44"]')).toBeUndefined();
  });

  test("other requests, and those that are answered, have none", () => {
    expect(withSite().about(request(undefined, "/api?transport=polling", 404))).toBeUndefined();
    expect(withSite().about(request(undefined, polling, 200))).toBeUndefined();
  });
});

describe("the command line of npm start", () => {
  test("without --app it is the demo", () => {
    expect(readOptions([])).toMatchObject({ app: "apps/chat.ts", isDemo: true, site: "auto" });
    expect(readOptions(["--app", "a.js", "--site", "false"])).toMatchObject({
      ...{ app: "a.js", isDemo: false, site: false },
    });
  });

  test("names the forgotten --, for which npm keeps options to itself", () => {
    expect(() => readOptions(["server.js"])).toThrow("npm start -- --app server.js");
  });
});
