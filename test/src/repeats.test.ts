import { EventEmitter } from "node:events";
import { acceptRepeats } from "../../src/socketio/repeats";

test("a frame that throws leaves the client's own handler in place", () => {
  const received: unknown[] = [];
  const ondecoded = (packet: unknown) => void received.push(packet);
  const decoder = new EventEmitter().on("decoded", ondecoded);
  const client = { ondecoded, decoder, nsps: new Map() };
  const receive = () => {
    throw new Error("no frame");
  };
  expect(() => acceptRepeats({ client, connection: {} } as never, receive)).toThrow("no frame");
  expect(client.ondecoded).toBe(ondecoded);
  decoder.emit("decoded", "a packet");
  expect(received).toEqual(["a packet"]);
});
