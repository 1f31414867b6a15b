import { Server } from "socket.io";

export const kinds = [typeof Server];
