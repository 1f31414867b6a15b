/** The application: bundling puts the file named by the stack's `entry` in the place of this name. */
declare module "lambda-rooms-app" {
  import type { Server } from "socket.io";

  /** The application's Socket.IO server. */
  export const io: Server;
}
