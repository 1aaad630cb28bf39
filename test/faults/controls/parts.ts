/** A part of the bridge that a control does without: in `file`, each text is replaced by another. */
export interface WrongPart {
  /** Below `src/`. */
  readonly file: string;
  readonly replaced: readonly (readonly [before: string, after: string])[];
  /** Code put at the end of the file. */
  readonly added?: string;
}

/** The promises that controls break, each in the one place that keeps it. */
export const WRONG_PARTS = {
  /** Answers 200 and stores a little later, as a server does that gathers rows by a timer. */
  ackFirst: {
    file: "http/webhook-handler.ts",
    replaced: [
      [
        "inTime(deps, accept(webhook))",
        "(setTimeout(() => accept(webhook).catch(() => undefined), 250), Promise.resolve())",
      ],
    ],
  },
  /** Remembers in memory what came already, where the unique key was. */
  dedupeByCache: {
    file: "db/inbox.ts",
    replaced: [
      ["on conflict on constraint inbox_once do nothing", ""],
      ["messages.map(toArrived)", "messages.filter(isFirst).map(toArrived)"],
    ],
    added: `
      const seen = new Set<string>();
      function isFirst({ message }: ArrivedMessage): boolean {
        if (seen.has(message.externalId)) return false;
        seen.add(message.externalId);
        return true;
      }`,
  },
  /** Lets everybody send who once held the conversation. */
  noFence: {
    file: "db/outbox.ts",
    replaced: [
      ["and c.lease = g.lease and c.lease_until > now()", ""],
      ["and m.status in ('queued', 'uncertain')", ""],
    ],
  },
} as const satisfies Record<string, WrongPart>;

/** Names the control in the environment of a bridge. */
export const WRONG_PART = "CONTROL_WRONG_PART";

/** The environment in which a bridge does without a part. */
export function without(part: keyof typeof WRONG_PARTS): Readonly<Record<string, string>> {
  const file = new URL("./replace-part.ts", import.meta.url).href;
  return { NODE_OPTIONS: `--import=${file}`, [WRONG_PART]: part };
}
