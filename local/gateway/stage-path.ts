/** Whether a request goes to the path of a stage, at which the WebSockets are. */
export function isOfStage(
  { url = "/" }: { readonly url?: string | undefined },
  stage: string,
): boolean {
  const [path] = url.split("?", 1);
  return path === `/${stage}` || path === `/${stage}/`;
}
