import { managedRooms } from "lambda-rooms/managed";
import * as parser from "lambda-rooms/parser";
import { Server } from "socket.io";

export const io = new Server({ parser });
managedRooms(io.of("/chat"), { access: "open" });
