const express = require("express");
const app = express();
const server = require("http").createServer(app);
const io = require("socket.io")(server);
process.env.NODE_ENV = "production";
app.set("env", "production");

app.get("/throws", () => {
  throw new Error("not today");
});
app.get("/rejects", async () => {
  await null;
  throw Object.assign(new Error("not found here"), { status: 404 });
});
app.get("/teapot", (_req, _res, next) => next(Object.assign(new Error("teapot"), { status: 418 })));
app.put("/only-put", (_req, res) => res.send("put"));
app.post("/json", express.json({ limit: "1kb" }), (req, res) => res.json(req.body));
io.on("connection", (socket) => socket.emit("welcome"));
server.listen(process.env.PORT || 3000);
