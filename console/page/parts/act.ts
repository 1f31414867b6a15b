import type { Action } from "../../source";
import { act } from "../api";
import { say } from "./toasts";

/** Carries an action out and says what became of it. @returns whether it was carried out */
export async function carryOut(action: Action): Promise<boolean> {
  try {
    say((await act(action)).message);
    return true;
  } catch (error) {
    say(error instanceof Error ? error.message : "It failed", true);
    return false;
  }
}
