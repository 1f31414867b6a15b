/** A CDK app in plain JavaScript, as a team has it that has never seen this project's sources. */
const { App, Stack } = require("aws-cdk-lib");
const { Rooms } = require("lambda-rooms");
const cdk = require("lambda-rooms/cdk");

if (cdk.Rooms !== Rooms) throw new Error("lambda-rooms and lambda-rooms/cdk hold two Rooms");

const app = new App();
const stack = new Stack(app, "Chat");
const rooms = new Rooms(stack, "Rooms", { entry: process.argv[2] });
new cdk.RoomsAlarms(stack, "Alarms", { rooms });
app.synth();
