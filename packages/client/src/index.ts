export { connect, RoomsClient } from "./client";
export { type LocalCode, RoomsError } from "./error";
export type {
  Answer,
  Args,
  EventName,
  MembersPage,
  Options,
  Presence,
  Status,
  Token,
  UntypedEvents,
  WebSocketClass,
  WebSocketLike,
} from "./types";
