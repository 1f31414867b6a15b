import { connect, type RoomsClient } from "@lambda-rooms/client";
import * as small from "@lambda-rooms/parser";
import * as parser from "lambda-rooms/parser";
import { io } from "socket.io-client";

export const socket = io("ws://localhost:3000", { path: "/prod", parser });
export const other = io("ws://localhost:3000", { path: "/prod", parser: small });
export const [frame]: string[] = new parser.Encoder().encode({ type: 2, nsp: "/", data: ["a"] });

interface In {
  message(text: string): void;
}
interface Out {
  rename(name: string): boolean;
  ask: (ack: (answer: number) => void) => void;
}
export const rooms: RoomsClient<In, Out> = connect<In, Out>("wss://example.com/prod");
export const taken: Promise<boolean> = rooms.emitWithAck("rename", "Ada");
export const answer: Promise<number> = rooms.emitWithAck("ask");
rooms.on("message", (text) => text.toUpperCase());
// @ts-expect-error: the event has another argument.
rooms.emit("rename", 1);
// @ts-expect-error: the server sends no such event.
rooms.on("massage", () => {});
export const untyped = connect("wss://example.com/prod").on("any", (text: string) => text);
