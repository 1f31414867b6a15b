// Runs in a page, and says what of it a person could not read. https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
(() => {
  const rgba = (text) => {
    const [r = 0, g = 0, b = 0, a = 1] = (text.match(/[\d.]+/g) ?? []).map(Number);
    return { r, g, b, a };
  };
  const luminance = ({ r, g, b }) => {
    const [x, y, z] = [r, g, b].map((one) => {
      const share = one / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const groundOf = (element) => {
    if (!element) return { r: 255, g: 255, b: 255 };
    const ground = rgba(getComputedStyle(element).backgroundColor);
    return ground.a > 0.9 ? ground : groundOf(element.parentElement);
  };
  const contrast = [];
  for (const element of document.querySelectorAll("#app *:not(svg *, option, :disabled)")) {
    const texts = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
    const text = texts.map(({ textContent }) => textContent).join("");
    if (text.trim() === "" || element.getClientRects().length === 0) continue;
    const [a, b] = [luminance(rgba(getComputedStyle(element).color)), luminance(groundOf(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5)
      contrast.push(`${ratio.toFixed(2)} ${element.className}: ${text.slice(0, 40)}`);
  }
  const nameless = [...document.querySelectorAll("button, input, select, textarea")]
    .filter((one) => !one.labels?.length && !one.ariaLabel && one.textContent?.trim() === "")
    .map(({ outerHTML }) => outerHTML.slice(0, 80));
  return { contrast, nameless, width: document.documentElement.scrollWidth };
})();
