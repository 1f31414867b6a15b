const express = require("express");
const cookieParser = require("cookie-parser");
const app = express();
const server = require("http").createServer(app);
const io = require("socket.io")(server);

app.use(cookieParser("a secret"));
app.get("/set", (_req, res) => {
  res.cookie("plain", "a b", { httpOnly: true, path: "/" });
  res.cookie("signed", "yes", { signed: true });
  res.cookie("later", "1", { expires: new Date(Date.UTC(2030, 0, 1)) });
  res.clearCookie("old");
  res.append("x-list", "one");
  res.append("x-list", "two");
  res.send("set");
});
app.get("/get", (req, res) => res.json({ plain: req.cookies, signed: req.signedCookies }));
io.on("connection", (socket) => socket.emit("welcome"));
server.listen(process.env.PORT || 3000);
