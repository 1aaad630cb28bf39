import { log } from "../../i18n/event-log.ts";
import { Tag, type Tone } from "../../shared/ui/tag.tsx";
import type { OutgoingEvent } from "./types.ts";

const TONES = { pending: "info", delivered: "good", dead: "bad" } as const satisfies Record<
  OutgoingEvent["state"],
  Tone
>;

/** Whether a system was told. */
export function OutgoingTag({ state }: Pick<OutgoingEvent, "state">) {
  return <Tag tone={TONES[state]}>{log(`outgoing_${state}`)}</Tag>;
}
