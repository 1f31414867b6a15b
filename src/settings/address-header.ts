/** @throws TypeError for an invalid name, and for one that clients write themselves */
export function writeAddressHeader(name: string): string {
  const header = name.toLowerCase();
  if (header === "x-forwarded-for") {
    throw new TypeError(
      "Cannot read addresses: expected a header that only a proxy writes, got X-Forwarded-For, which begins with the client's own text; CloudFront's is CloudFront-Viewer-Address",
    );
  }
  if (/^[a-z0-9-]+$/.test(header)) return header;
  throw new TypeError(
    `Cannot read addresses: expected addressHeader to name a header, got ${JSON.stringify(name)}`,
  );
}
