import type { Mark, Size } from "./fault.ts";
import type { Sender } from "./sender.ts";

/** Marks that are bounds of time: on a machine that does other things too they say nothing, so a short form has none. */
export const timed = (size: Size, ...marks: readonly Mark[]): readonly Mark[] =>
  size.isShort ? [] : marks;

/** Marks of what the provider heard. */
export function heardOnly(sender: Sender, statuses: readonly number[]): Mark {
  const others = [...sender.answers].filter(([status]) => !statuses.includes(status));
  const found = others.map(([status, count]) => `, but ${count} × ${status}`).join("");
  return { text: `only ${statuses.join(" and ")} were answered${found}`, isMet: found === "" };
}

/** Whether the provider was rid of everything in the end. */
export function allTaken(sender: Sender): Mark {
  return {
    text: "every webhook was taken in the end",
    isMet: sender.sent.length === sender.taken(),
  };
}

/** What the provider heard, for the notes. */
export function answersOf(sender: Sender): string {
  const counts = [...sender.answers].toSorted(([a], [b]) => a - b);
  return `answers: ${counts.map(([status, count]) => `${count} × ${status === 0 ? "none" : status}`).join(", ")}`;
}

export const longest = (times: readonly number[]): number => Math.max(0, ...times);
