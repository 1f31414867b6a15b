const { createServer } = require("node:http");
const path = require("node:path");
const cookieParser = require("cookie-parser");
const express = require("express");
const { Server } = require("socket.io");

const SECRET = process.env.COOKIE_SECRET || "for development alone";
const app = express();
const server = createServer(app);
const io = new Server(server);

app.use(express.json(), cookieParser(SECRET));
app.use(express.static(path.join(__dirname, "public")));

/** Open orders by number. */
const orders = new Map();

app.post("/login", (req, res) => {
  res.cookie("name", req.body.name, { signed: true, httpOnly: true, sameSite: "lax" });
  res.sendStatus(204);
});

app.post("/orders", (req, res) => {
  const order = { number: orders.size + 1, dish: req.body.dish, by: req.signedCookies.name };
  if (!order.by) return res.sendStatus(401);
  orders.set(order.number, order);
  io.to("kitchen").emit("order", order);
  res.status(201).json(order);
});

app.get("/orders", (_, res) => res.json([...orders.values()]));

// The cookie of the login lets the socket in.
io.use((socket, next) => {
  cookieParser(SECRET)(socket.request, {}, () => {
    socket.data.name = socket.request.signedCookies.name;
    next(socket.data.name ? undefined : new Error("log in first"));
  });
});

io.on("connection", (socket) => {
  socket.join("kitchen");
  socket.emit("orders", [...orders.values()]);

  socket.on("done", (number, answer) => {
    const isDone = orders.delete(number);
    if (isDone) io.to("kitchen").emit("done", number, socket.data.name);
    answer(isDone);
  });
});

server.listen(process.env.PORT || 3000);
