import { typed } from "@lambda-rooms/client/react";

/** The events of this application: the members of a room send them to each other. */
interface Events {
  message(text: string, from: string): void;
}

export const { RoomsProvider, useEvent, usePresence, useRoom, useRooms } = typed<Events, object>();
