import { ApiProblem, post } from "../../shared/api.ts";
import type { Line, SendAnswer } from "../state/wire.ts";

/** A reply as one line would send it: payloads, and what had to be changed; or why it cannot be sent there. */
export interface Compared {
  readonly line: Line;
  readonly messages: readonly { readonly text: string; readonly payload: unknown }[];
  readonly notes: readonly { readonly code: string; readonly detail: string }[];
  readonly refusal: string | undefined;
}

/** What a reply is made of, as the API takes it. */
export type Sayable = { readonly text: string } | { readonly reply: unknown };

/**
 * Has every line make ready the same replies without sending them. A line that refuses says why. Throws an `ApiProblem` where
 * nobody answers or somebody is not signed in any more.
 */
export async function compareLines(
  lines: readonly Line[],
  to: string,
  said: readonly Sayable[],
  signal: AbortSignal,
): Promise<readonly Compared[]> {
  return Promise.all(lines.map((line) => compareLine(line, to, said, signal)));
}

async function compareLine(
  line: Line,
  to: string,
  said: readonly Sayable[],
  signal: AbortSignal,
): Promise<Compared> {
  const messages: Compared["messages"][number][] = [];
  const notes: Compared["notes"][number][] = [];
  for (const one of said) {
    // A closed window would be a refusal; what it would look like is of interest all the same.
    const request = { channel: line.channel, to, ...one, dry_run: true, outside_window: "wait" };
    try {
      const answer = await post<SendAnswer>("/messages", request, { signal });
      messages.push(
        ...answer.messages.map(({ text = "", payload }) => ({ text, payload: payload ?? null })),
      );
      notes.push(...answer.notes.filter(({ code }) => code !== "window_wait"));
    } catch (thrown) {
      const isRefusal = thrown instanceof ApiProblem && [409, 422].includes(thrown.status);
      if (!isRefusal) throw thrown;
      const why = [thrown.message, ...thrown.errors.map(({ detail }) => detail)].join(" ");
      return { line, messages, notes, refusal: why };
    }
  }
  return { line, messages, notes, refusal: undefined };
}
