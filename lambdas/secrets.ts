import { readSecrets } from "../src/secrets/read";

/** Called by the manifest before the application is loaded, where variables name secrets. */
export const ready = () => readSecrets(process.env);
