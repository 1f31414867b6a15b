const LOG_LEVELS = ["DEBUG", "INFO", "WARN", "ERROR"] as const;

/** What is logged: that and what is more severe. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** @throws TypeError for any other text */
export function checkLogLevel(text: string): LogLevel {
  const level = LOG_LEVELS.find((one) => one === text);
  if (level) return level;
  throw new TypeError(
    `Cannot log: expected \`logLevel\` to be one of ${LOG_LEVELS.join(", ")}, got ${text}`,
  );
}
