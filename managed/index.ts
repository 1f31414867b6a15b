export { type ConnectError, type JwtAuth, type JwtAuthOptions, jwtAuth } from "./jwt-auth";
export { managedRooms } from "./managed-rooms";
export type { ManagedMessage, ManagedRoomsOptions, PresenceOptions, Verdict } from "./options";
export type { Claims } from "./pattern";
export {
  type Authorize,
  claimsPolicy,
  type Explanation,
  explain,
  type Grant,
  type Grants,
  type PolicyOptions,
  type Verb,
} from "./policy";
