import { z } from "zod";

/** One environment variable of a channel or backend, and the setting it fills. */
export interface Variable {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** The key of the settings schema that takes the value, as text. */
  readonly setting: string;
  /** Secrets come from the environment only: a configuration file may name the variable, never hold the value. */
  readonly secret?: boolean;
  /** Whether the variable switches the channel or backend on: alone, or where all such "together" are set. */
  readonly switchesOn?: boolean | "together";
}

/** A yes or no that may come from YAML (`true`) or from the environment (`"true"`, `"1"`, `"no"`...). */
export const flag = () => z.union([z.boolean(), z.stringbool()]);

/** A whole number within bounds that may come from YAML or, as text, from the environment. */
export const wholeNumber = (min: number, max: number) => z.coerce.number().int().min(min).max(max);

/** A list that the environment writes as `a, b`. */
export const list = <T extends z.ZodType<string>>(item: T) =>
  z.preprocess(
    (value) =>
      typeof value === "string"
        ? value
            .split(",")
            .map((part) => part.trim())
            .filter((part) => part !== "")
        : value,
    z.array(item),
  );

/** An origin that a browser may call from, such as `https://example.org`; `*` is any. */
export const allowedOrigin = () =>
  z.union([
    z.literal("*"),
    z
      .url({
        protocol: /^https?$/,
        error: "not an origin such as https://example.org",
        abort: true,
      })
      .refine((url) => new URL(url).origin === url, "an origin has no path and no trailing slash"),
  ]);
