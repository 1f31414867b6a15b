import { connect, type RoomsClient } from "@lambda-rooms/client";
import { type RoomsHooks, typed } from "@lambda-rooms/client/react";
import { type Receipt as SmallReceipt, roomsFrom as small } from "@lambda-rooms/emitter";
import { App, Stack } from "aws-cdk-lib";
import { Rooms, type RoomsProps } from "lambda-rooms";
import {
  RoomsAlarms,
  RoomsBudget,
  RoomsDashboard,
  RoomsShield,
  RoomsStack,
} from "lambda-rooms/cdk";
import { type Receipt, roomsFrom } from "lambda-rooms/emitter";
import { type LocalStack, startLocalStack } from "lambda-rooms/local";
import { type Claims, jwtAuth, managedRooms } from "lambda-rooms/managed";
import * as parser from "lambda-rooms/parser";
import { Server } from "socket.io";
import WebSocket from "ws";

const props: RoomsProps = { entry: "server.js" };
export const rooms = new Rooms(new Stack(new App(), "Stack"), "Rooms", props);
export const constructs = [RoomsAlarms, RoomsBudget, RoomsDashboard, RoomsShield, RoomsStack];
export const io = new Server({ parser });
managedRooms(io.of("/chat"), {
  tokens: jwtAuth({ issuer: "https://login.example.com", audience: "chat" }),
});
export const claims: Claims = { sub: "ada" };
export const receipt: Promise<Receipt> = roomsFrom(process.env).to("a").emit("message", "hello");
export const started: Promise<LocalStack> = startLocalStack({ assembly: "cdk.out" });
export const client: RoomsClient = connect("ws://localhost:3000/prod", { WebSocket });
interface In {
  message(text: string): void;
}
export const hooks: RoomsHooks<In, object> = typed<In, object>();
export const second: Promise<SmallReceipt> = small(process.env).emit("message");
// @ts-expect-error: types are there, and not `any`.
roomsFrom().none();
