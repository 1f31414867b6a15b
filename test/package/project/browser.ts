import * as parser from "lambda-rooms/parser";
import { io } from "socket.io-client";

export const socket = io("ws://localhost:3000", { path: "/prod", parser });
export const [frame]: string[] = new parser.Encoder().encode({ type: 2, nsp: "/", data: ["a"] });
