import { parse as parseYaml, YAMLParseError } from "yaml";
// As a namespace: the page that reads scripts then carries only what is used of it.
import * as z from "zod";
import {
  CHOICE_SOURCES,
  contactContent,
  locationContent,
  MEDIA_KINDS,
  textContent,
} from "./content-schema.ts";

/** Steps of a script, and bytes of its text. */
export const SCRIPT_LIMITS = { steps: 200, bytes: 64 * 1024 } as const;

/** Longest wait for an answer, and longest pause, milliseconds. */
const LONGEST_WAIT_MS = 60_000;

const shown = z.string().min(1).max(1_024);

/** A tap on what was offered last; the id is found by the title where none is given. */
const scriptChoice = z.strictObject({
  type: z.literal("choice"),
  title: shown,
  id: shown.optional(),
  source: z.enum(CHOICE_SOURCES).optional(),
});

/** A small file within the script: ids of files are good for an hour only. */
const scriptMedia = z.strictObject({
  type: z.literal("media"),
  media: z.enum(MEDIA_KINDS),
  mime_type: z.string().regex(/^[\w.+-]+\/[\w.+-]+$/, "must look like image/png"),
  /** Base64. */
  data: z.base64(),
  caption: z.string().max(4_096).optional(),
  file_name: shown.optional(),
});

/** A reaction to the bot's last message. */
const scriptReaction = z.strictObject({
  type: z.literal("reaction"),
  emoji: z.string().min(1).max(32).optional(),
});

const scriptContent = z.discriminatedUnion("type", [
  textContent,
  scriptChoice,
  scriptMedia,
  locationContent,
  contactContent,
  scriptReaction,
]);

/** What the bot must have answered: every text and title is looked for within what it said. */
const expectation = z
  .strictObject({
    texts: z.array(z.string().min(1).max(20_000)).min(1).max(20).optional(),
    buttons: z.array(shown).min(1).max(20).optional(),
    list: z.array(shown).min(1).max(100).optional(),
    timeout_ms: z.int().min(1).max(LONGEST_WAIT_MS).default(10_000),
  })
  .refine(
    ({ texts, buttons, list }) =>
      texts !== undefined || buttons !== undefined || list !== undefined,
    "names neither texts nor buttons nor a list",
  );

const tick = z
  .strictObject({
    status: z.enum(["sent", "delivered", "read", "failed"]),
    error_code: z
      .string()
      .regex(/^\w{1,40}$/, "must be a code")
      .optional(),
  })
  .refine(
    ({ status, error_code: code }) => status === "failed" || code === undefined,
    "only failed has an error_code",
  );

const STEPS = {
  say: z.strictObject({ say: z.strictObject({ content: scriptContent }) }),
  expect: z.strictObject({ expect: expectation }),
  wait_ms: z.strictObject({ wait_ms: z.int().min(0).max(LONGEST_WAIT_MS) }),
  tick: z.strictObject({ tick }),
  clock_hours: z.strictObject({ clock_hours: z.number().min(0).max(720) }),
} as const;

/** One thing that is done or looked for; which one is told by its only key. */
export type ScriptStep = z.output<(typeof STEPS)[keyof typeof STEPS]>;

/** A recorded conversation. It is played with any person, on the channel it names or on another of the same abilities. */
export interface Script {
  readonly version: 1;
  readonly title: string;
  readonly channel: string;
  readonly steps: readonly ScriptStep[];
}

const frame = z.strictObject({
  version: z.literal(1, "must be 1: no other version is known"),
  title: z.string().min(1).max(200),
  channel: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, "must be the name of a channel"),
  steps: z.array(z.unknown()).min(1).max(SCRIPT_LIMITS.steps),
});

/** What is wrong with a script, a line each; steps are counted from 1. */
export class ScriptError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.name = "ScriptError";
    this.problems = problems;
  }
}

/** Problems that are told of one script: more help nobody. */
const MOST_PROBLEMS = 20;

/** Checks a script that was read from JSON or YAML already. Throws a `ScriptError`. */
export function readScript(value: unknown): Script {
  const outer = frame.safeParse(value);
  if (!outer.success) throw new ScriptError(outer.error.issues.map((issue) => tell("", issue)));
  const read = outer.data.steps.map(readStep);
  const problems = read.flatMap((step) => ("problems" in step ? step.problems : []));
  if (problems.length > 0) throw new ScriptError(problems.slice(0, MOST_PROBLEMS));
  return { ...outer.data, steps: read.flatMap((step) => ("step" in step ? [step.step] : [])) };
}

/** Reads a script in YAML, of which JSON is a part. Throws a `ScriptError`. */
export function parseScript(text: string): Script {
  if (new TextEncoder().encode(text).length > SCRIPT_LIMITS.bytes)
    throw new ScriptError([`a script has at most ${SCRIPT_LIMITS.bytes / 1024} kB`]);
  return readScript(parseText(text));
}

/** Aliases are refused: a few lines of them could become gigabytes. */
function parseText(text: string): unknown {
  try {
    const value: unknown = parseYaml(text, { maxAliasCount: 0, uniqueKeys: true });
    return value;
  } catch (thrown) {
    if (thrown instanceof YAMLParseError || thrown instanceof ReferenceError)
      throw new ScriptError([`neither YAML nor JSON: ${thrown.message.split("\n")[0] ?? ""}`]);
    throw thrown;
  }
}

/** Writes a script so that `parseScript` reads the same again. */
export function writeScript(script: Script): string {
  return `${JSON.stringify(script, null, 2)}\n`;
}

type Reading = { readonly step: ScriptStep } | { readonly problems: readonly string[] };

function readStep(raw: unknown, index: number): Reading {
  const place = `step ${index + 1}`;
  const record = z.record(z.string(), z.unknown()).safeParse(raw).data ?? {};
  const names = Object.keys(record);
  const [kind] = Object.entries(STEPS).filter(([name]) => names.includes(name));
  if (kind === undefined || names.length !== 1) {
    const known = Object.keys(STEPS).join(", ");
    return { problems: [`${place}: must have exactly one of ${known}`] };
  }
  const parsed = kind[1].safeParse(record);
  if (parsed.success) return { step: parsed.data };
  return { problems: parsed.error.issues.map((issue) => tell(`${place}: `, issue)) };
}

function tell(place: string, issue: z.core.$ZodIssue): string {
  const path = issue.path.map(String).join(".");
  const unknown = issue.code === "unrecognized_keys" ? issue.keys.join(", ") : undefined;
  const where = path === "" ? "" : `${path}: `;
  return `${place}${where}${unknown === undefined ? issue.message : `unknown ${unknown}`}`;
}
