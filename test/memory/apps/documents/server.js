const io = require("socket.io")();
io.on("connection", (socket) => {
  socket.on("open", (document) => {
    let edits = 0;
    socket.join(document);
    const onEdit = (text) => socket.to(document).emit("edit", document, text, ++edits);
    socket.on("edit", onEdit);
    socket.once("hello", () => socket.emit("hello once", document));
    socket.once("close", () => {
      socket.off("edit", onEdit);
      socket.leave(document);
      socket.emit("closed", document, edits);
    });
    socket.on("disconnect", () => socket.to(document).emit("gone", document, edits));
  });
  socket.onAny((event) => {
    if (event === "count") socket.emit("listeners", socket.listenerCount("edit"));
  });
});
