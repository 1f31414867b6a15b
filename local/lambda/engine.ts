import type { ContainerData, ContainerMessage, Invocation } from "./protocol";

/** What a container is born with, but for what its engine adds. */
export type EngineData = Omit<ContainerData, "wakes">;

/** What runs the code of one container. */
export interface Engine {
  /** @param listener is called once */
  onExit(listener: (code: number) => void): void;
  onMessage(listener: (message: ContainerMessage) => void): void;
  /** What no code in it has caught. */
  onError(listener: (error: unknown) => void): void;
  /** Hands over an invocation, and wakes it if it is frozen. */
  invoke(invocation: Invocation): void;
  /** Ends it, whatever it is doing. */
  terminate(): Promise<unknown>;
}

/** @param environment the function's own variables: what the developer's shell holds does not exist in Lambda */
export type StartEngine = (data: EngineData, environment: Record<string, string>) => Engine;
