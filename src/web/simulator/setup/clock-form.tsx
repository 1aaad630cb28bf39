import { setup } from "../../i18n/simulator-setup.ts";
import { formatSpan } from "../../shared/format.ts";
import { Action } from "../../shared/ui/action.tsx";
import { now } from "../../shared/ui/now.ts";
import { Tag } from "../../shared/ui/tag.tsx";
import { moveClock, type Seat } from "../state/desk.ts";
import { transcript } from "../state/transcript.ts";

const HOURS = [1, 23, 25] as const;
const HOUR_MS = 3_600_000;

/** How long the provider still takes free messages, and how to let time pass. */
export function ClockForm({ seat }: { readonly seat: Seat }) {
  const { conversation } = transcript.value;
  if (conversation === undefined) return <p class="hint">{setup("clock_none")}</p>;
  const { last_inbound_at: last } = conversation;
  const past = last === null ? 0 : Math.max(0, (Date.now() - Date.parse(last)) / HOUR_MS);
  return (
    <>
      <WindowTag />
      <p class="hint">{setup("clock_hint")}</p>
      <div class="row">
        {HOURS.map((hours) => (
          <Action
            key={hours}
            small
            run={() => moveClock(seat, Math.min(720, Math.round((past + hours) * 100) / 100))}
          >
            {setup("clock_more", { hours })}
          </Action>
        ))}
        <Action small icon="reload" run={() => moveClock(seat, 0)}>
          {setup("clock_now")}
        </Action>
      </div>
    </>
  );
}

/** Whether free messages are taken, and for how long. */
export function WindowTag() {
  const { conversation } = transcript.value;
  if (conversation === undefined) return null;
  const { window_expires_at: until, window_open: isOpen } = conversation;
  if (!isOpen)
    return (
      <Tag tone="warning" icon="clock">
        {setup("window_closed")}
      </Tag>
    );
  if (until === null) return <Tag icon="clock">{setup("window_none")}</Tag>;
  const left = (Date.parse(until) - now.value) / 1_000;
  return (
    <Tag tone="good" icon="clock">
      {setup("window_open", { span: formatSpan(left) })}
    </Tag>
  );
}
