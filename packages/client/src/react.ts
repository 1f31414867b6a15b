import {
  createContext,
  createElement,
  type ReactNode,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import { RoomsClient } from "./index";
import { MembersList, type RoomMembers } from "./members-list";
import { type JoinState, NOT_JOINED, RoomsInUse } from "./rooms-in-use";
import { type RoomsState, StatusStore } from "./status-store";
import type { Args, EventName, Options, UntypedEvents } from "./types";

export type { RoomMembers } from "./members-list";
export type { RoomsState } from "./status-store";

export interface RoomsProviderProps {
  readonly url: string;
  /** Read when the provider is mounted, and again with another `url`. */
  readonly options?: Options;
  readonly children?: ReactNode;
}

export interface RoomState<In> extends JoinState {
  /** Sends an event to all members, this client included. */
  send<E extends EventName<In>>(event: E, ...args: Args<In, E>): Promise<void>;
  sendToOthers<E extends EventName<In>>(event: E, ...args: Args<In, E>): Promise<void>;
}

/** The hooks, for events with types. */
export interface RoomsHooks<In, Out> {
  RoomsProvider(props: RoomsProviderProps): ReactNode;
  useRooms(): RoomsState<In, Out>;
  useRoom(room: string): RoomState<In>;
  useEvent<E extends EventName<In>>(event: E, listener: (...args: Args<In, E>) => void): void;
  usePresence(room: string): RoomMembers;
}

interface Shared {
  readonly client: RoomsClient;
  readonly inUse: RoomsInUse;
  readonly store: StatusStore<UntypedEvents, UntypedEvents>;
}

const Context = createContext<Shared | undefined>(undefined);

function useShared(): Shared {
  const shared = useContext(Context);
  if (shared) return shared;
  throw new Error("Cannot use rooms: expected a RoomsProvider around the component, got none");
}

/** Connects while it is mounted; what is below it uses the connection. On a server it renders and does not connect. */
export function RoomsProvider({ url, options, children }: RoomsProviderProps): ReactNode {
  const newest = useRef(options);
  newest.current = options;
  const shared = useMemo(() => {
    const client = new RoomsClient(url, newest.current);
    return { client, inUse: new RoomsInUse(client), store: new StatusStore(client) };
  }, [url]);
  useEffect(() => {
    shared.client.open();
    return () => shared.client.close();
  }, [shared]);
  return createElement(Context.Provider, { value: shared }, children);
}

/** The client, and how its connection is. */
export function useRooms(): RoomsState<UntypedEvents, UntypedEvents> {
  const { store } = useShared();
  return useSyncExternalStore(store.subscribe, store.read, store.read);
}

/** Is in a managed room while a component that uses it is mounted. */
export function useRoom(room: string): RoomState<UntypedEvents> {
  const { client, inUse } = useShared();
  const [state, setState] = useState<JoinState>(NOT_JOINED);
  useEffect(() => inUse.use(room, setState), [inUse, room]);
  const ways = useMemo<Omit<RoomState<UntypedEvents>, keyof JoinState>>(
    () => ({
      send: (event, ...args) => client.send(room, event, ...args),
      sendToOthers: (event, ...args) => client.sendToOthers(room, event, ...args),
    }),
    [client, room],
  );
  return { ...state, ...ways };
}

/** Hears an event; the newest function of the component is called. */
export function useEvent(
  event: string,
  listener: (...args: Args<UntypedEvents, string>) => void,
): void {
  const { client } = useShared();
  const newest = useRef(listener);
  useEffect(() => {
    newest.current = listener;
  });
  useEffect(() => client.on(event, (...args) => newest.current(...args)), [client, event]);
}

/** Who is in a managed room with `presence`. The client is in it meanwhile, as with `useRoom`. */
export function usePresence(room: string): RoomMembers {
  const { client, inUse } = useShared();
  const list = useMemo(() => new MembersList(client, inUse, room), [client, inUse, room]);
  return useSyncExternalStore(list.subscribe, list.read, list.read);
}

/** The same hooks with the types of an application's events. Of nested providers each component uses the nearest. */
export function typed<In, Out>(): RoomsHooks<In, Out> {
  const hooks: unknown = { RoomsProvider, useRooms, useRoom, useEvent, usePresence };
  return hooks as RoomsHooks<In, Out>;
}
