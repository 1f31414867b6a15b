import { serve } from "./serve";

export const io = serve(false);
