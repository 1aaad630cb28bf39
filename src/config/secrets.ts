import { type LoadContext, whereIs } from "./context.ts";
import { isBareReference, writtenPart } from "./expand.ts";
import { type SettingPath, pathText } from "./problems.ts";

/** A password inside a URL (`scheme://user:password@host`) or a connection string (`password=...`). */
const WRITTEN_PASSWORD = /:\/\/[^/?#]*:[^/?#@]+@|(?:^|[,;?&\s])(?:password|pwd|passwd)=[^,;&\s]+/i;

/** Refuses a secret that stands in the file, which is meant to be safe to publish. */
export function refuseWrittenSecret(
  path: SettingPath,
  secret: "value" | "password",
  names: readonly string[],
  context: LoadContext,
): void {
  for (const scalar of context.file.scalars) {
    if (!isWithin(scalar.path, path) || !isWrittenOut(scalar.written, secret)) continue;
    const detail =
      secret === "value"
        ? "a secret must come from the environment: leave it out here or write one ${VARIABLE} and nothing else"
        : "a password must come from the environment: write a ${VARIABLE} in its place";
    context.problems.push({ where: whereIs(scalar.path, names, context), detail });
  }
}

function isWrittenOut(written: unknown, secret: "value" | "password"): boolean {
  if (secret === "value") return typeof written !== "string" || !isBareReference(written);
  return typeof written === "string" && WRITTEN_PASSWORD.test(writtenPart(written));
}

const isWithin = (inner: SettingPath, outer: SettingPath): boolean =>
  pathText(inner.slice(0, outer.length)) === pathText(outer);
