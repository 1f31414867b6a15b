import { useState } from "preact/hooks";
import type { Room } from "../../source";
import { carryOut } from "./act";

interface SendFormProps {
  readonly namespace: string;
  /** None: every socket of the namespace. */
  readonly rooms: readonly Room[];
  /** Sockets that may be the sender: they do not hear it. */
  readonly senders: readonly string[];
}

/** Sends an event: as the server to all, or as `socket.to(…).emit(…)` of one socket to the others. */
export function SendForm({ namespace, rooms, senders }: SendFormProps) {
  const [event, setEvent] = useState("message");
  const [text, setText] = useState('"hello"');
  const [as, setAs] = useState("");
  const args = readArguments(text);
  const send = (submitted: Event) => {
    submitted.preventDefault();
    if (args && event) {
      void carryOut({ type: "emit", namespace, rooms, except: as ? [as] : [], event, args });
    }
  };
  return (
    <form class="form" onSubmit={send}>
      <label>
        Event
        <input
          value={event}
          onInput={({ currentTarget }) => setEvent(currentTarget.value)}
          autocomplete="off"
          spellcheck={false}
          required
        />
      </label>
      <label class="is-long">
        Arguments, as JSON with commas
        <textarea
          rows={2}
          value={text}
          spellcheck={false}
          aria-invalid={args === undefined}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
      </label>
      {senders.length > 0 && (
        <label>
          As
          <select value={as} onChange={({ currentTarget }) => setAs(currentTarget.value)}>
            <option value="">the server, to all</option>
            {senders.map((id) => (
              <option key={id} value={id}>
                {id}, to the others
              </option>
            ))}
          </select>
        </label>
      )}
      <div class="buttons">
        {args === undefined && <span class="muted">The arguments are not JSON.</span>}
        <button type="submit" class="is-main" disabled={args === undefined || event === ""}>
          Send
        </button>
      </div>
    </form>
  );
}

/** `1, "two", {"three":3}` */
function readArguments(text: string): unknown[] | undefined {
  try {
    return JSON.parse(`[${text}]`);
  } catch {
    return undefined;
  }
}
