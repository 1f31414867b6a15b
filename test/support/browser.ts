import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

/** Where a browser is installed. Tests that need one are skipped without. */
export const browserPath = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
].find((path) => existsSync(path));

export function launchBrowser(): Promise<Browser> {
  const args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"];
  return chromium.launch({ executablePath: browserPath as string, args });
}
