const express = require("express");
const multer = require("multer");
const { createHash } = require("crypto");

const app = express();
const server = app.listen(process.env.PORT || 3000);
const io = require("socket.io")(server);
io.on("connection", (socket) => socket.emit("welcome"));

const memory = multer({ limits: { fileSize: 2_000_000 } });
const disk = multer({ dest: require("os").tmpdir() });
const told = (file) => ({
  name: file.originalname,
  size: file.size,
  hash: file.buffer ? createHash("sha256").update(file.buffer).digest("hex") : undefined,
});

app.post("/upload", memory.single("file"), (req, res) => {
  io.emit("uploaded", told(req.file));
  res.json({ ...told(req.file), title: req.body.title });
});
app.post("/disk", disk.array("files"), (req, res) => {
  for (const file of req.files) io.emit("uploaded", told(file));
  res.json(req.files.map(told));
});
app.use((error, _req, res, _next) => res.status(400).send(error.code));
