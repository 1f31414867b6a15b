#!/usr/bin/env node
import * as cdk from "aws-cdk-lib";
import { Rooms } from "lambda-rooms";
import { RoomsAlarms } from "lambda-rooms/cdk";

const app = new cdk.App();
const stack = new cdk.Stack(app, "Chat");
const rooms: Rooms = new Rooms(stack, "Rooms", { entry: "server.js" });
new RoomsAlarms(stack, "Alarms", { rooms });
