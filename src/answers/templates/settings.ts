import { z } from "zod";
import { list } from "../../settings.ts";

export const templatesSettings = z.strictObject({
  /** The folder whose `.yml` files are read, unless `files` names them. */
  path: z.string().min(1).default("config/templates"),
  files: list(z.string().min(1)).optional(),
  /** Confidence from which a match is answered; below it the next backend is asked. */
  accept: z.coerce.number().min(0).max(1).default(0.6),
  /** How one of several variations of a response is chosen. */
  selection: z.enum(["random", "first"]).default("random"),
});

export type TemplatesSettings = z.infer<typeof templatesSettings>;
