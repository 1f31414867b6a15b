import { App, Stack } from "aws-cdk-lib";

import client = require("@lambda-rooms/client");
import react = require("@lambda-rooms/client/react");
import small = require("@lambda-rooms/emitter");
import smallParser = require("@lambda-rooms/parser");
import rooms = require("lambda-rooms");
import cdk = require("lambda-rooms/cdk");
import emitter = require("lambda-rooms/emitter");
import local = require("lambda-rooms/local");
import managed = require("lambda-rooms/managed");
import parser = require("lambda-rooms/parser");

import { Server } from "socket.io";

const stack = new cdk.RoomsStack(new App(), "Stack", { entry: "server.js", ordering: "auto" });
const props: rooms.RoomsProps = { entry: "server.js" };
export const made: rooms.Rooms = new rooms.Rooms(new Stack(stack, "Nested"), "Rooms", props);
export const io = new Server({ parser });
managed.managedRooms(io.of("/chat"), { access: "open" });
export const receipt: Promise<emitter.Receipt> = emitter
  .roomsFrom(process.env)
  .to("a")
  .emit("message", "hello");
export const started: Promise<local.LocalStack> = local.startLocalStack({ assembly: "cdk.out" });
export const connected: client.RoomsClient = client.connect("ws://localhost:3000/prod");
export const hook: (room: string) => react.RoomState<object> = react.useRoom;
export const second: Promise<small.Receipt> = small.roomsFrom(process.env).emit("message");
export const encoder = new smallParser.Encoder();
// @ts-expect-error: types are there, and not `any`.
cdk.RoomsStack.none();
