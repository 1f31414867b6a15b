import { decodeEngineFrame, openFrame } from "../wire/engine-io";
import { createFrame } from "../wire/frame";
import type { Edge } from "./session";

/** Where frames of stock Socket.IO clients enter and leave the session. */
export const socketIoEdge: Edge = {
  open({ connection }) {
    // A client sends nothing before this packet; sent twice, after a redelivery, it does no harm.
    connection.sendFrames([createFrame(openFrame(connection.id))]);
  },

  receive({ connection, client }, frame) {
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
