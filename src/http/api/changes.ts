import { z } from "zod";
import type { ChangeResult } from "../../db/remembered.ts";
import { MAX_REMEMBERED_BYTES } from "../../db/remembered.ts";
import type { Changes } from "../../db/turns.ts";
import { BridgeError } from "../../errors.ts";
import { storableData, storableText } from "../../storable.ts";

/** Characters of a slot's or property's name. */
const MAX_NAME = 128;

/** Names that mean something to JavaScript would not survive being stored. */
const name = z
  .string()
  .min(1)
  .max(MAX_NAME)
  .refine((text) => text === storableText(text) && text !== "__proto__", "is no usable name");

/** Values by name, to be set one by one. */
export const namedValues = z.record(name, z.unknown());

/** A value of null forgets its name. */
export function changesIn(values: Readonly<Record<string, unknown>>): Changes {
  const entries = Object.entries(values);
  const kept = entries.filter(([, value]) => value !== null);
  return {
    set: Object.fromEntries(kept.map(([key, value]) => [key, storableData(value)])),
    remove: entries.filter(([, value]) => value === null).map(([key]) => key),
  };
}

/** Says why nothing was changed. Throws `request_not_found` and `request_too_large`. */
export function refuseUnchanged(result: ChangeResult, what: "conversation" | "contact"): void {
  switch (result) {
    case "done":
      return;
    case "not_found":
      throw new BridgeError("request_not_found", `there is no ${what} with this id`);
    case "too_large":
      throw new BridgeError(
        "request_too_large",
        `all values of a ${what} together may take ${MAX_REMEMBERED_BYTES} bytes`,
      );
  }
}
