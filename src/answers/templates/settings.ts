import { z } from "zod";
import { list } from "../../settings.ts";

const confidence = () => z.coerce.number().min(0).max(1);

export const templatesSettings = z.strictObject({
  /** The folder whose `.yml` files are read, those of its folders included, unless `files` names them. */
  path: z.string().min(1).default("config/templates"),
  files: list(z.string().min(1)).optional(),
  /** Confidence from which a match is answered... */
  accept: confidence().default(0.38),
  /** ...and from which the person is asked "did you mean"; below it, or where it is off, the next backend is asked. */
  suggest: z.union([z.literal("off"), confidence()]).default(0.33),
  /** How far a match must be ahead of the next intent to be answered. */
  margin: confidence().default(0.05),
  /** How one of several variations of a response is chosen. */
  selection: z.enum(["random", "first", "round_robin"]).default("random"),
  /** What a name without a value leaves in a response. */
  missing: z.enum(["empty", "rasa", "error"]).default("empty"),
  /** By channel of the bridge: the names that response files know it by. */
  rasa_channels: z.record(z.string(), list(z.string().min(1))).default({}),
});

export type TemplatesSettings = z.infer<typeof templatesSettings>;
