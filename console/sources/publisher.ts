import { type Rooms, RoomsError, roomsFrom } from "../../emitter";
import type { Action, Audience, Done } from "../source";

/** Variables with which the emitter publishes; read at each action, since credentials are renewed. */
export type Environment = () => Promise<Readonly<Record<string, string | undefined>>>;

type Published = Exclude<Action, { readonly type: "redrive" }>;

/** Carries actions out by the publish endpoint, which is the same here and on AWS: signed, and allowed by IAM. */
export class Publisher {
  constructor(private readonly environment: Environment) {}

  async act(action: Published): Promise<Done> {
    const io = roomsFrom(await this.environment());
    try {
      return { message: await carryOut(io, action) };
    } catch (error) {
      if (!(error instanceof RoomsError)) throw error;
      throw new Error(error.message.replace("Cannot publish", `Cannot ${action.type}`));
    }
  }
}

async function carryOut(io: Rooms, action: Published): Promise<string> {
  const sockets = select(io, action);
  switch (action.type) {
    case "emit": {
      const { matched, delivered, gone, throttled, failed } = await sockets.emit(
        action.event,
        ...action.args,
      );
      const rest = Object.entries({ gone, throttled, failed }).filter(([, count]) => count > 0);
      const others = rest.map(([what, count]) => `, ${count} ${what}`).join("");
      return `Sent to ${matched} ${matched === 1 ? "socket" : "sockets"}: ${delivered} delivered${others}`;
    }
    case "join":
      await sockets.socketsJoin([...action.target]);
      return `Joined ${action.target.join(", ")}`;
    case "leave":
      await sockets.socketsLeave([...action.target]);
      return `Left ${action.target.join(", ")}`;
    case "disconnect":
      await sockets.disconnectSockets(action.close);
      return "Disconnected: each socket leaves on its own lane, a moment later";
  }
}

function select(io: Rooms, { namespace, rooms, except }: Audience) {
  let sockets = io.of(namespace);
  if (rooms.length > 0) sockets = sockets.to([...rooms]);
  return except.length > 0 ? sockets.except([...except]) : sockets;
}
