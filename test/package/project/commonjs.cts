import { App, Stack } from "aws-cdk-lib";

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
// @ts-expect-error: types are there, and not `any`.
cdk.RoomsStack.none();
