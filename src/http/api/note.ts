import { z } from "zod";

/** One reduction or change that a channel forced on a reply. */
export const note = z
  .strictObject({
    code: z.string(),
    detail: z.string(),
  })
  .meta({ id: "Note" });
