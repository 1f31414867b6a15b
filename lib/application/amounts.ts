/** `12 files, 340 KB`. */
export function describeAmount(files: number, bytes: number): string {
  return `${files === 1 ? "1 file" : `${files} files`}, ${describeSize(bytes)}`;
}

/** `340 KB`. */
export function describeSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  return bytes < 1e6 ? `${Math.round(bytes / 1000)} KB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
