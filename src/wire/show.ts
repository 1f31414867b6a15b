/** A value as text for an error message, short enough to be read. */
export function show(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = typeof value === "string" ? JSON.stringify(value) : stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

function stringify(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    // Nested more deeply than the stack allows.
    return `a deeply nested ${Array.isArray(value) ? "array" : "object"}`;
  }
}
