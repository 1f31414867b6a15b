import { createServer } from "node:http";
import express from "express";
import { managedRooms } from "lambda-rooms/managed";
import { Server } from "socket.io";

const app = express();
// What `npm run build` writes; while one develops, Vite has the page.
app.use(express.static("dist"));

const server = createServer(app);
const io = new Server(server, { connectionStateRecovery: {} });
managedRooms(io.of("/"), { access: "open", presence: { rooms: "team.*" } });
server.listen(3000);
