import { Decoder, Encoder } from "../../../parser";
import { MARK } from "../../../parser/packets";

/** The single-frame parser, as far as the server uses it. */
export { Decoder as SingleDecoder, Encoder as SingleEncoder };

/** Whether an Engine.IO message frame holds a packet of the single-frame parser. */
export function isSingleFrame(frame: string): boolean {
  return frame[0] === "4" && frame[2] === MARK;
}
