const transports = new URLSearchParams(location.search).get("transports");
const socket = transports === null ? io() : io({ transports: transports.split(",") });
const said = document.getElementById("said");
socket.on("said", (text) =>
  said.append(Object.assign(document.createElement("li"), { textContent: text })),
);
socket.on("you", () => document.body.classList.add("connected"));
socket.on("connect_error", (error) => console.error(error.message, error.context?.responseText));
document.querySelector("form").addEventListener("submit", (event) => {
  event.preventDefault();
  socket.emit("say", document.getElementById("text").value);
});
