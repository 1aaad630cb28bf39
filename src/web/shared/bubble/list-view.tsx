import { useState } from "preact/hooks";
import { bubble } from "../../i18n/bubble.ts";
import { Dialog } from "../ui/dialog.tsx";
import { Icon } from "../ui/icon.tsx";
import { SafeText } from "../ui/safe-text.tsx";
import type { BubbleList, BubbleRow } from "./bubble.ts";
import type { OnTap } from "./tap.ts";

/** The button of a list and the sheet it opens; without `onTap` the rows are there to be read. */
export function ListView({ list, onTap }: { readonly list: BubbleList; readonly onTap?: OnTap }) {
  const [isOpen, setOpen] = useState(false);
  const choose =
    onTap === undefined
      ? undefined
      : ({ id, title, description }: BubbleRow) => {
          setOpen(false);
          onTap({
            source: "list",
            id,
            title,
            ...(description !== undefined && { description }),
          });
        };
  const isEmpty = list.sections.every(({ rows }) => rows.length === 0);
  return (
    <>
      <button
        type="button"
        class="bubble-action bubble-tap"
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        <Icon name="list" size={16} /> <SafeText text={list.button} max={100} />
      </button>
      {isOpen && (
        <Dialog title={list.button} shape="sheet" onClose={() => setOpen(false)}>
          {isEmpty && <p>{bubble("list_empty")}</p>}
          {list.sections.map(({ title, rows }, index) => (
            <section key={index} class="bubble-section">
              {title !== "" && (
                <h3>
                  <SafeText text={title} max={200} />
                </h3>
              )}
              <ul>
                {rows.map((row) => (
                  <li key={row.id}>
                    <RowView row={row} choose={choose} />
                  </li>
                ))}
              </ul>
            </section>
          ))}
        </Dialog>
      )}
    </>
  );
}

interface RowProps {
  readonly row: BubbleRow;
  readonly choose: ((row: BubbleRow) => void) | undefined;
}

function RowView({ row, choose }: RowProps) {
  const words = (
    <>
      <SafeText text={row.title} max={200} />
      {row.description !== undefined && (
        <small>
          <SafeText text={row.description} max={400} />
        </small>
      )}
    </>
  );
  if (choose === undefined) return <div class="bubble-row">{words}</div>;
  return (
    <button type="button" class="bubble-row" onClick={() => choose(row)}>
      {words}
    </button>
  );
}
