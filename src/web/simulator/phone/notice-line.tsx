import { simulator } from "../../i18n/simulator.ts";
import { Icon, type IconName } from "../../shared/ui/icon.tsx";
import type { Event } from "../state/notices.ts";

const ICONS: Readonly<Record<Event["kind"], IconName>> = {
  refused: "warning",
  repeated: "copy",
  later: "clock",
  clock: "clock",
};

/** Something that happened beside the messages. */
export function NoticeLine({ event }: { readonly event: Event }) {
  const isBad = event.kind === "refused";
  return (
    <p class={`talk-pill ${isBad ? "talk-pill-bad" : ""}`}>
      <Icon name={ICONS[event.kind]} size={14} /> {wordsFor(event)}
    </p>
  );
}

function wordsFor(event: Event): string {
  switch (event.kind) {
    case "refused":
      return event.status === 0
        ? simulator("notice_no_answer")
        : simulator("notice_refused", { status: String(event.status) });
    case "repeated":
      return simulator("notice_repeated", { times: event.times });
    case "later":
      return simulator.count("notice_later", event.seconds);
    case "clock":
      return event.hours === 0
        ? simulator("notice_clock_now")
        : simulator.count("notice_clock", event.hours);
  }
}
