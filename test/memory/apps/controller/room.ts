import type { Socket } from "socket.io";

export class Room {
  private readonly members = new Set<Socket>();

  constructor(readonly name: string) {}

  get size(): number {
    return this.members.size;
  }

  add(socket: Socket): void {
    this.members.add(socket);
    for (const member of this.members) member.emit("entered", this.name, socket.id);
  }

  delete(socket: Socket): void {
    this.members.delete(socket);
  }
}
