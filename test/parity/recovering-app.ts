import { serve } from "./serve";

/** The same application with connection state recovery on. */
export const io = serve(true);
