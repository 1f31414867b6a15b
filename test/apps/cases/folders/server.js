const fs = require("node:fs");
const path = require("node:path");
const express = require("express");

const app = express();
app.use(express.static(path.join(__dirname, "public")));
app.set("views", "./pages");
app.set("view engine", "ejs");
const http = require("node:http").createServer(app);
const io = require("socket.io")(http);

// Which of them, only the running program knows.
const read = (name) => fs.readFileSync(path.join(__dirname, "data", name), "utf8").trim();
io.on("connection", (socket) => {
  socket.emit("welcome", fs.readdirSync("public", { recursive: true }).sort());
  socket.on("page", (title, answer) =>
    app.render("hello", { title }, (error, html) => answer(String(error), html)),
  );
  socket.on("data", (names, answer) => answer(names.map(read)));
});
http.listen(process.env.PORT || 3000);
