import { type FormEvent, useState } from "react";
import { useEvent, usePresence, useRoom, useRooms } from "./rooms";

export function Room({ name }: { name: string }) {
  const { id } = useRooms();
  const { isJoined, error, send } = useRoom(name);
  const { count } = usePresence(name);
  const [messages, setMessages] = useState<{ key: number; text: string; from: string }[]>([]);
  useEvent("message", (text, from) =>
    setMessages((all) => [...all, { key: all.length, text, from }]),
  );

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const text = String(new FormData(form).get("text"));
    form.reset();
    await send("message", text, id ?? "");
  }

  return (
    <section aria-busy={!isJoined}>
      <h1>
        {name} <small>{count} here</small>
      </h1>
      <p role="alert">{error?.message}</p>
      <ul aria-live="polite">
        {messages.map(({ key, text, from }) => (
          <li key={key} className={from === id ? "own" : undefined}>
            {text}
          </li>
        ))}
      </ul>
      <form onSubmit={submit}>
        <label htmlFor="text">Message</label>
        <input id="text" name="text" autoComplete="off" required disabled={!isJoined} />
        <button type="submit" disabled={!isJoined}>
          Send
        </button>
      </form>
    </section>
  );
}
