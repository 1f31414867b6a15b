import { Server } from "socket.io";

/** Lets an error escape some time after it was loaded, where the environment says so. */
export const io = new Server();

if (process.env.LEAVE === "exception") {
  setTimeout(() => {
    throw new Error("escaped");
  }, 50);
}
