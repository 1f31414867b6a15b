const STORED = "lambda-rooms-console-theme";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

export function chosenTheme(): Theme {
  const stored = localStorage.getItem(STORED);
  return THEMES.find((theme) => theme === stored) ?? "system";
}

/** @param theme to choose. @default - the one that was chosen before */
export function applyTheme(theme?: Theme): void {
  if (theme !== undefined) localStorage.setItem(STORED, theme);
  document.documentElement.dataset.theme = theme ?? chosenTheme();
}
