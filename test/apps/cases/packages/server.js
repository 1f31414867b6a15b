"use strict";
const dual = require("dual");
const exporting = require("exporting");
const sloppy = require("sloppy");
const { Server } = require("socket.io");

const kindHere = function () {
  return typeof this;
};

if (require.main === module) start();

function start() {
  const io = new Server(Number(process.env.PORT || 3000));
  io.on("connection", (socket) => {
    socket.emit("welcome", dual(), exporting);
    socket.on("kinds", (answer) => answer((0, kindHere)(), (0, sloppy.kind)()));
  });
}
