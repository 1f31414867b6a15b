import { createServer } from "node:http";
import path from "node:path";
import express from "express";
import { managedRooms } from "lambda-rooms/managed";
import { Server } from "socket.io";

const app = express();
app.use(express.static(path.join(__dirname, "public")));

const server = createServer(app);
const io = new Server(server, { connectionStateRecovery: {} });

// Clients join, leave, send and ask for members by themselves.
managedRooms(io.of("/"), {
  // Before you deploy: tokens: jwtAuth({ issuer, audience }), and each token says what its client may do.
  access: "open",
  presence: { rooms: "team.*" },
  review: ({ args }) => (String(args[0]).length > 200 ? { refuse: "Say it shorter" } : undefined),
});

server.listen(3000);
