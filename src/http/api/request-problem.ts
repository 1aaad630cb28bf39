import type { z } from "zod";
import { BridgeError } from "../../errors.ts";

/** One thing wrong with a request: a query parameter by its name, or a place in the body as a JSON pointer. */
export type Complaint =
  | { readonly parameter: string; readonly detail: string }
  | { readonly pointer: string; readonly detail: string };

/** A request whose parameters or body are wrong, with every complaint at once. */
export class InvalidRequest extends BridgeError {
  readonly complaints: readonly Complaint[];

  constructor(
    complaints: readonly Complaint[],
    detail = "the request has unknown or wrong values",
  ) {
    super("request_invalid", detail);
    this.name = "InvalidRequest";
    this.complaints = complaints;
  }
}

/** A JSON pointer. Source: RFC 6901, section 3. */
function pointer(path: readonly PropertyKey[]): string {
  return path
    .map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`)
    .join("");
}

function complain(issue: z.core.$ZodIssue, where: "query" | "body"): Complaint[] {
  const unknown = issue.code === "unrecognized_keys";
  const paths = unknown ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
  const detail = unknown ? "unknown" : issue.message;
  return paths.map((path) =>
    where === "query"
      ? { parameter: path.map(String).join("."), detail }
      : { pointer: pointer(path), detail },
  );
}

/** Names that JSON may give to values, and that the engine calls where it wants a number or a text of an object. */
const CALLED = /"(?:toString|valueOf)"\s*:/;

/**
 * A length is asked of whatever has one, also of an object where a text is wanted, and that of `{"length": {"toString": 1}}`
 * is neither a number nor can it become one.
 */
function hasUnreadableLength(thrown: unknown, value: unknown): boolean {
  return thrown instanceof TypeError && CALLED.test(JSON.stringify(value));
}

function read<Schema extends z.ZodType>(schema: Schema, value: unknown) {
  try {
    return schema.safeParse(value);
  } catch (thrown) {
    if (!hasUnreadableLength(thrown, value)) throw thrown;
    throw new InvalidRequest([{ pointer: "", detail: "holds a length that is no number" }]);
  }
}

/** Parses a part of a request; throws `InvalidRequest`. */
export function parseRequest<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  where: "query" | "body",
): z.output<Schema> {
  const parsed = read(schema, value);
  if (parsed.success) return parsed.data;
  throw new InvalidRequest(parsed.error.issues.flatMap((issue) => complain(issue, where)));
}
