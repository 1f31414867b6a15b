import { logError } from "../log";
import type { Message } from "./retries";

/** Sends a message to the dead letters. */
export type DeadLetter = (message: Message) => Promise<void>;

/** @returns whether it is a dead letter; else it has to come again */
export async function isKept(message: Message, deadLetter: DeadLetter): Promise<boolean> {
  try {
    await deadLetter(message);
    return true;
  } catch (error) {
    logError("Cannot send a message to the dead letters", error);
    return false;
  }
}
