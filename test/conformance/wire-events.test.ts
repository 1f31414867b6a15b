import { both } from "./support/both";
import { attachment, forced, joined, observed, placeholders, react } from "./support/reactions";
import type { Application } from "./support/side";

/** Edge cases of the wire, 4 and 5: the names of events, and their attachments. */

describe("4. reserved event names", () => {
  const reserved = [
    ...["connect", "connect_error", "disconnect", "disconnecting"],
    ...["newListener", "removeListener"],
  ];
  const free = ["connection", "error", 7];

  const application: Application = (io, note) => {
    observed(io, note);
    io.on("connection", (socket) => {
      socket.on("connection", () => note("connection"));
      socket.on("7", () => note("seven"));
      socket.on("say", (name) => {
        for (const emitter of [socket, io, io.to("room"), socket.broadcast]) {
          try {
            emitter.emit(name);
          } catch (error) {
            note((error as Error).message);
          }
        }
      });
    });
  };

  both("close the connection if a client uses them", application, async (side) => {
    for (const name of reserved) {
      const { isOpen, noted } = await react(side, joined, `42["${name}"]`);
      expect(isOpen).toBe(false);
      expect(noted).toEqual([["error", "invalid payload"], ...forced.noted]);
    }
  });

  both("throw if the server emits them", application, async (side) => {
    const client = await side.connect();
    for (const name of reserved) {
      side.noted.length = 0;
      await client.emit("say", name);
      expect(side.noted).toEqual(Array(4).fill([`"${name}" is a reserved event name`]));
    }
    expect(client.take()).toEqual([]);
  });

  both(
    "are not `connection`, `error` and numbers, which pass both ways",
    application,
    async (side) => {
      const client = await side.connect();
      await client.send('42["connection"]', "42[7]", '42["error",{"message":"of a client"}]');
      expect(side.noted).toEqual([["connection"], ["seven"], ["error", "of a client"]]);
      for (const name of free) {
        await client.emit("say", name);
        expect(client.events()).toEqual([[name], [name]]);
      }
    },
  );
});

describe("5. attachments", () => {
  const application: Application = (io, note) => {
    observed(io, note);
    io.on("connection", (socket) => {
      socket.on("bytes", (...parts: Buffer[]) =>
        note(...parts.map((part) => part.toString("hex"))),
      );
    });
  };
  const header = (count: number) => `45${count}-["bytes",${placeholders(count)}]`;
  const violation = (message: string) => ({
    isOpen: false,
    noted: [
      ["error", message],
      ["/", "forced close"],
    ],
  });

  both("10 pass, 11 close, none closes", application, async (side) => {
    const ten = Array(10).fill(attachment);
    const passed = await react(side, joined, header(10), ...ten);
    expect(passed).toEqual({ isOpen: true, noted: [Array(10).fill("01")] });
    expect(await react(side, joined, header(11))).toEqual(violation("too many attachments"));
    expect(await react(side, joined, '450-["bytes"]')).toEqual(violation("Illegal attachments"));
    expect(await react(side, joined, '45["bytes"]')).toEqual(violation("Illegal attachments"));
  });

  both("in real order as `b` and base64, heartbeats in between", application, async (side) => {
    const result = await react(side, joined, header(2), "bAQI=", "3", "bAwQ=");
    expect(result).toEqual({ isOpen: true, noted: [["0102", "0304"]] });
  });

  both("text where one is due closes, also of another namespace", application, async (side) => {
    const message = "got plaintext data when reconstructing a packet";
    for (const text of ['42["x"]', "40/chat,"]) {
      expect(await react(side, joined, header(1), text)).toEqual(violation(message));
    }
  });

  both("one that no packet announced closes", application, async (side) => {
    const message = "got binary data when not reconstructing a packet";
    expect(await react(side, joined, attachment)).toEqual(violation(message));
    const { isOpen } = await react(side, joined, header(1), attachment, attachment);
    expect(isOpen).toBe(false);
  });

  both("a placeholder for one that does not exist closes", application, async (side) => {
    const frame = '451-["bytes",{"_placeholder":true,"num":1}]';
    expect(await react(side, joined, frame, attachment)).toEqual(violation("illegal attachments"));
  });
});
