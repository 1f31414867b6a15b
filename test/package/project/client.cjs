/** The stock client: says what the server answers, and what everyone in the room hears. */
const { io } = require("socket.io-client");

const [, , url] = process.argv;
const socket = io(url, { transports: ["websocket"], reconnection: false });
socket.on("connect_error", ({ message }) => {
  console.error(message);
  process.exit(1);
});
const joined = new Promise((resolve) => socket.on("joined", resolve));
socket.emit("hello", "Ada", async (answer) => {
  const users = await (await fetch(`${url}/users`)).json();
  console.log(JSON.stringify({ answer, joined: await joined, users }));
  socket.close();
});
