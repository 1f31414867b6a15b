import { both } from "./support/both";
import {
  attachment,
  closed,
  forced,
  joined,
  observed,
  placeholders,
  react,
  stays,
  unjoined,
} from "./support/reactions";
import type { Application, RawClient } from "./support/side";

/** Edge cases of the wire, 1, 2, 6 and 7: what closes a connection, at the reference server and here. */

describe("1. a frame that needs a socket closes a connection without one", () => {
  both("before CONNECT", observed, async (side) => {
    for (const frame of ['42["x"]', '42["x",{}]', "41"]) {
      expect(await react(side, unjoined, frame)).toEqual(closed);
    }
  });

  both("in a namespace that was never joined", observed, async (side) => {
    const frames = ['42/chat,["x"]', '42/nowhere,["x"]', "41/chat,", '42/chat,7["x"]'];
    for (const frame of frames) expect(await react(side, joined, frame)).toEqual(forced);
    for (const type of [5, 6]) {
      const header = `4${type}1-/chat,0["x",${placeholders(1)}]`;
      expect(await react(side, joined, header, attachment)).toEqual(forced);
    }
  });

  both("in a namespace that was left", observed, async (side) => {
    const left = [["/", "client namespace disconnect"]];
    expect(await react(side, joined, "41", '42["x"]')).toEqual({ isOpen: false, noted: left });
    const both = await react(side, joined, "40/chat,", "41/chat,", '42/chat,["x"]');
    expect(both.isOpen).toBe(false);
    expect(both.noted).toEqual([["/chat", "client namespace disconnect"], ...forced.noted]);
  });

  both("but here an ACK for such a namespace is ignored", observed, async (side) => {
    const isHere = side.name === "rooms";
    expect(await react(side, joined, "43/chat,0[]")).toEqual(isHere ? stays : forced);
    expect(await react(side, unjoined, "430[]")).toEqual(isHere ? stays : closed);
  });
});

describe("2. a second CONNECT", () => {
  both("closes the connection if the first has joined", observed, async (side) => {
    expect(await react(side, joined, "40")).toEqual(forced);
    const inBoth = await react(side, joined, "40/chat,", "40/chat,");
    expect(inBoth.isOpen).toBe(false);
    expect(inBoth.noted).toEqual([...forced.noted, ["/chat", "forced close"]]);
  });

  const slow: Application = (io, note) => {
    io.use((_, next) => void setTimeout(next, 20));
    observed(io, note);
    io.on("connection", (socket) => socket.on("x", () => note("heard")));
  };

  both(
    "makes a second socket while the first is pending; here it is a violation",
    slow,
    async (side) => {
      const client = await side.open();
      await client.send("40", "40");
      if (side.name === "rooms") {
        expect(client.take()).toEqual([expect.stringMatching(/^40\{/)]);
        expect({ isOpen: client.isOpen, noted: side.noted }).toEqual(forced);
      } else {
        const replies: string[] = [];
        while (replies.length < 2) replies.push(...(await later(client)));
        expect(new Set(replies).size).toBe(2);
        expect(client.isOpen).toBe(true);
      }
    },
  );

  both(
    "and an EVENT while it is pending closes; here the event waits its turn",
    slow,
    async (side) => {
      const client = await side.open();
      await client.send("40", '42["x"]');
      expect(client.isOpen).toBe(side.name === "rooms");
      expect(side.noted).toEqual(side.name === "rooms" ? [["heard"]] : []);
    },
  );
});

/** What a client gets in the meantime. */
async function later(client: RawClient): Promise<string[]> {
  await new Promise((resolve) => setTimeout(resolve, 5));
  return client.take();
}

describe("6. malformed packets close the connection", () => {
  const unparsable = (message: string) => ({
    isOpen: false,
    noted: [
      ["error", message],
      ["/", "forced close"],
    ],
  });

  both(
    "with the reason `forced close` and before it an error, if they do not parse",
    observed,
    async (side) => {
      const invalid = ['40"x"', "41{}", '41{"a":1}', "42[]", "42{}", "42[{}]", '42abc["x"]'];
      for (const frame of invalid) {
        expect(await react(side, joined, frame)).toEqual(unparsable("invalid payload"));
      }
      expect(await react(side, joined, "49")).toEqual(unparsable("unknown packet type 9"));
      expect(await react(side, joined, "4")).toEqual(unparsable(expect.any(String)));
      expect(await react(side, joined, '44{"message":"x"}')).toEqual(forced);
    },
  );

  both("an ACK too, which here is read where no socket can be told", observed, async (side) => {
    const ended = { isOpen: false, noted: [["/", "transport close"]] };
    for (const frame of ["430{}", "43abc[]"]) {
      const expected = side.name === "rooms" ? ended : unparsable("invalid payload");
      expect(await react(side, joined, frame)).toEqual(expected);
    }
  });

  both("before any namespace is joined, too", observed, async (side) => {
    for (const frame of ['40"x"', "49", "42{}"]) {
      expect(await react(side, unjoined, frame)).toEqual(closed);
    }
  });

  both("with the reason `parse error`, if they are not Engine.IO's", observed, async (side) => {
    for (const frame of ["abc", "", "{}", "9"]) {
      const ended = { isOpen: false, noted: [["/", "parse error"]] };
      expect(await react(side, joined, frame)).toEqual(ended);
    }
  });

  both("but not an event without a payload", observed, async (side) => {
    expect(await react(side, joined, "42")).toEqual(stays);
  });
});

describe("7. Engine.IO packets of a client", () => {
  both("a ping closes with `transport error`", observed, async (side) => {
    const ended = { isOpen: false, noted: [["/", "transport error"]] };
    expect(await react(side, joined, "2")).toEqual(ended);
    expect(await react(side, unjoined, "2")).toEqual(closed);
  });

  both("a pong, a close, an upgrade and a noop are ignored", observed, async (side) => {
    expect(await react(side, joined, "3", "1", "5", "6", "3probe")).toEqual(stays);
  });
});
