import Fastify from "fastify";
import { Server } from "socket.io";

const fastify = Fastify();
const io = new Server(fastify.server);
io.on("connection", (socket) => socket.emit("welcome"));

fastify.get("/", async (_request, reply) => reply.type("text/html").send("<h1>fast</h1>"));
fastify.post(
  "/say",
  {
    schema: {
      body: { type: "object", required: ["text"], properties: { text: { type: "string" } } },
    },
  },
  async ({ body }) => {
    io.emit("said", body.text);
    return { sent: body.text };
  },
);
fastify.get("/fails", async () => {
  throw new Error("not today");
});
await fastify.listen({ port: Number(process.env.PORT || 3000) });
