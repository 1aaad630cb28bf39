import { inside } from "../../i18n/simulator-inside.ts";
import { SafeText } from "../../shared/ui/safe-text.tsx";

interface NotesProps {
  readonly notes: readonly { readonly code: string; readonly detail: string }[];
}

/** What the channel changed about a reply. */
export function Notes({ notes }: NotesProps) {
  if (notes.length === 0) return <p class="hint">{inside("notes_none")}</p>;
  return (
    <ul class="notes" aria-label={inside("notes")}>
      {notes.map(({ code, detail }, index) => (
        <li key={index}>
          <code>
            <SafeText text={code} max={80} />
          </code>{" "}
          <SafeText text={detail} />
        </li>
      ))}
    </ul>
  );
}
