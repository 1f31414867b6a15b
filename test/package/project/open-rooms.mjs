import { managedRooms } from "lambda-rooms/managed";
import { Server } from "socket.io";

export const io = new Server();
managedRooms(io.of("/chat"));
