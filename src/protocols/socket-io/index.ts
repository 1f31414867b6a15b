import type { Protocol } from "../protocol";
import { acks } from "./acks";
import { singleBroadcasts, socketIoBroadcasts } from "./broadcasts";
import { singleDeclaration, socketIoDeclaration } from "./declaration";
import { createSocketIoHandler as createHandler } from "./handler";

/** Socket.IO with its default parser. */
export const socketIo: Protocol = {
  ...socketIoDeclaration,
  ...socketIoBroadcasts,
  createHandler,
  acks,
};

/** Socket.IO with the single-frame parser. */
export const single: Protocol = {
  ...singleDeclaration,
  ...singleBroadcasts,
  createHandler,
  acks,
};
