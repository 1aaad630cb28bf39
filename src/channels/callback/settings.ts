import { z } from "zod";
import { list, type Variable } from "../../settings.ts";

export const VARIABLES: readonly Variable[] = [
  { name: "CALLBACK_SECRET", setting: "secrets", secret: true, switchesOn: true },
];

/** One word, so that it fits a URL, a query and a header as it is. Source: RFC 3986, unreserved characters. */
const secret = z
  .string()
  .regex(/^[\w.~-]{16,}$/, "must be 16 or more letters, digits, dots, - _ or ~");

/** Settings of the endpoint that a bot pushes messages to. */
export const callbackSettings = z.strictObject({
  /** Presented by the bot with every call; several while one is being replaced. */
  secrets: list(secret).refine((items) => items.length > 0, "needs at least one secret"),
});

export type CallbackSettings = z.infer<typeof callbackSettings>;
