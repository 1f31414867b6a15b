const element = (id) => document.getElementById(id);
const socket = io({ autoConnect: false });

const post = (path, body) =>
  fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

function show({ number, dish, by }) {
  const line = document.createElement("li");
  line.id = `order-${number}`;
  line.textContent = `${dish} for ${by} `;
  const button = document.createElement("button");
  button.textContent = "Done";
  button.onclick = () => socket.emit("done", number, () => {});
  line.append(button);
  element("orders").append(line);
}
socket.on("orders", (orders) => {
  element("orders").replaceChildren();
  orders.forEach(show);
});
socket.on("order", show);
socket.on("done", (number) => element(`order-${number}`)?.remove());

element("login").addEventListener("submit", async (event) => {
  event.preventDefault();
  await post("/login", { name: element("name").value });
  element("login").hidden = true;
  element("order").hidden = false;
  socket.connect();
});
element("order").addEventListener("submit", async (event) => {
  event.preventDefault();
  await post("/orders", { dish: element("dish").value });
  element("order").reset();
});
