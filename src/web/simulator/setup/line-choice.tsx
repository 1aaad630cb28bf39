import { setup } from "../../i18n/simulator-setup.ts";
import { Icon, type IconName } from "../../shared/ui/icon.tsx";
import { chooseLine, line, lines } from "../state/place.ts";

const ICONS: Readonly<Record<string, IconName>> = { sms: "phone" };

/** By which provider the person writes. */
export function LineChoice() {
  return (
    <fieldset class="line-choice">
      <legend>{setup("line")}</legend>
      {lines.value.map(({ channel, title, type }) => (
        <label key={channel} class="line-card">
          <input
            type="radio"
            name="line"
            value={channel}
            checked={channel === line.value?.channel}
            onChange={() => chooseLine(channel)}
          />
          <Icon name={ICONS[type] ?? "conversations"} size={18} />
          <span>{title}</span>
        </label>
      ))}
    </fieldset>
  );
}
