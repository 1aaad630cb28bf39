import { log } from "../../i18n/event-log.ts";
import { Icon } from "../../shared/ui/icon.tsx";
import type { Deed } from "./plan-words.ts";

interface BulkBarProps {
  /** How many are chosen; none means that all that match are meant. */
  readonly chosen: number;
  readonly isNarrowed: boolean;
  readonly onChooseShown: () => void;
  readonly onClear: () => void;
  readonly onDeed: (deed: Deed) => void;
}

/** What can be done with the chosen letters, or with all that match. */
export function BulkBar({ chosen, isNarrowed, onChooseShown, onClear, onDeed }: BulkBarProps) {
  const meant =
    chosen > 0 ? log.count("selected", chosen) : log(isNarrowed ? "all_matching" : "all_letters");
  return (
    <div class="op-bulk" role="group" aria-label={meant}>
      <strong role="status">{meant}</strong>
      <button type="button" class="link-button" onClick={chosen > 0 ? onClear : onChooseShown}>
        {log(chosen > 0 ? "unselect" : "select_shown")}
      </button>
      <span class="op-grow" />
      <button type="button" class="button" onClick={() => onDeed("replay")}>
        <Icon name="reload" size={16} /> {log("replay")}
      </button>
      <button type="button" class="button button-danger" onClick={() => onDeed("discard")}>
        <Icon name="trash" size={16} /> {log("discard")}
      </button>
    </div>
  );
}
