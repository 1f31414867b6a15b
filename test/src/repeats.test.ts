import { ConnectionSink } from "../../src/socketio/connection-sink";
import { acceptRepeats } from "../../src/socketio/repeats";

test("a frame that throws leaves the client's own handler in place", () => {
  const received: unknown[] = [];
  const ondecoded = (packet: unknown) => void received.push(packet);
  const client = { ondecoded, nsps: new Map() };
  const connection = { readyState: "open" };
  const sink = new ConnectionSink(connection as never, client as never);
  const receive = () => {
    throw new Error("no frame");
  };
  expect(() => acceptRepeats({ client, connection, sink } as never, receive)).toThrow("no frame");
  expect(client.ondecoded).toBe(ondecoded);
  sink.receive("a packet" as never);
  expect(received).toEqual(["a packet"]);
});
