import type { ClientInternals } from "../socketio/internals";
import type { VirtualConnection } from "../socketio/virtual-connection";
import { decodeEngineFrame, openFrame } from "../wire/engine-io";
import { createFrame } from "../wire/frame";
import { isSingleFrame, SingleDecoder, SingleEncoder } from "../wire/single";
import type { Edge } from "./live";

/** Where frames of stock Socket.IO clients enter and leave the session. */
export const socketIoEdge: Edge = {
  open({ connection }) {
    // A client sends nothing before this packet; sent twice, after a redelivery, it does no harm.
    connection.sendFrames([createFrame(openFrame(connection.id))]);
  },

  receive({ connection, client }, frame) {
    if (connection.speaks === "socket.io" && client.sockets.size === 0 && isSingleFrame(frame)) {
      connection.speaks = "single";
      useSingleFrames(client);
    }
    const input = decodeEngineFrame(frame);
    switch (input.type) {
      case "message":
        connection.emit("data", input.data);
        // The attachments may come in a later batch, to a decoder that has not seen the packet.
        connection.pending = client.decoder.reconstructor ? [...connection.pending, frame] : [];
        return;
      case "violation":
        connection.fail(input.reason);
        return;
      case "ignored":
        return;
    }
  },
};

/** Whether a client speaks the single-frame parser was known when its connection was restored. */
export function prepare(connection: VirtualConnection, client: ClientInternals): void {
  if (connection.speaks === "single") useSingleFrames(client);
}

function useSingleFrames(client: ClientInternals): void {
  client.decoder.off("decoded", client.ondecoded);
  client.encoder = new SingleEncoder();
  client.decoder = new SingleDecoder() as ClientInternals["decoder"];
  client.decoder.on("decoded", client.ondecoded);
}
