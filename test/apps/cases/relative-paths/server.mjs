import { createReadStream, existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { Server } from "socket.io";

const words = await readFile("./assets/words.json", "utf8");
const io = new Server(Number(process.env.PORT || 3000));
io.on("connection", (socket) => {
  socket.emit(
    "welcome",
    path.basename(process.cwd()) !== "",
    existsSync("assets"),
    JSON.parse(words),
  );
  socket.on("stream", async (answer) => {
    const parts = await createReadStream(path.resolve("assets/long.txt"))
      .setEncoding("utf8")
      .toArray();
    answer(parts.join("").trim());
  });
});
