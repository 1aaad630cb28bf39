import type { Message } from "../../shared/api-types.ts";
import type { Notice } from "../state/notices.ts";

/** What stands in a conversation, from above. */
export type TalkItem =
  | { readonly kind: "day"; readonly key: string; readonly at: string }
  | { readonly kind: "message"; readonly key: string; readonly message: Message }
  | { readonly kind: "notice"; readonly key: string; readonly notice: Notice };

interface Placed {
  readonly at: string;
  readonly item: TalkItem;
}

/** Puts notices between the messages by their times, and a day's name where a day begins. `dayOf` names a moment's day. */
export function arrange(
  messages: readonly Message[],
  notices: readonly Notice[],
  dayOf: (iso: string) => string,
): readonly TalkItem[] {
  const said = messages.map((message): Placed => {
    return { at: message.created_at, item: { kind: "message", key: message.id, message } };
  });
  const told = notices.map((notice): Placed => {
    return { at: notice.at, item: { kind: "notice", key: `notice ${notice.id}`, notice } };
  });
  const all = [...said, ...told].toSorted(
    (one, other) => Date.parse(one.at) - Date.parse(other.at),
  );
  let day = "";
  return all.flatMap(({ at, item }): TalkItem[] => {
    const today = dayOf(at);
    if (today === day) return [item];
    day = today;
    return [{ kind: "day", key: `day ${today}`, at }, item];
  });
}
