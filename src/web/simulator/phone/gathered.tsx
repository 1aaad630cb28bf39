import { simulator } from "../../i18n/simulator.ts";
import { common } from "../../i18n/common.ts";
import { Action } from "../../shared/ui/action.tsx";
import { Icon } from "../../shared/ui/icon.tsx";
import { SafeText } from "../../shared/ui/safe-text.tsx";
import { bringGathered, type Draft, gathered, type Seat } from "../state/desk.ts";

/** What was said while messages are gathered. */
export function Gathered({ seat }: { readonly seat: Seat }) {
  const drafts = gathered.value;
  if (drafts.length === 0) return null;
  return (
    <div class="gathered">
      <ul aria-label={simulator("gathered")}>
        {drafts.map((one, index) => (
          <li key={index}>
            <SafeText text={wordsOf(one)} max={60} />
            <button
              type="button"
              class="icon-button"
              aria-label={simulator("take_out", { number: index + 1 })}
              title={common("cancel")}
              onClick={() => (gathered.value = drafts.filter((known) => known !== one))}
            >
              <Icon name="close" size={12} />
            </button>
          </li>
        ))}
      </ul>
      <Action small tone="primary" icon="send" run={() => bringGathered(seat)}>
        {simulator.count("bring_gathered", drafts.length)}
      </Action>
    </div>
  );
}

function wordsOf({ content }: Draft): string {
  if (content.type === "text") return content.text;
  if (content.type === "choice") return content.title;
  if (content.type === "media") return content.file_name ?? simulator(`kind_${content.media}`);
  return simulator(`kind_${content.type}`);
}
