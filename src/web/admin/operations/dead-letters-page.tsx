import { useEffect, useMemo, useState } from "preact/hooks";
import { log } from "../../i18n/event-log.ts";
import { operations } from "../../i18n/operations.ts";
import { shell } from "../../i18n/shell.ts";
import { query } from "../../shared/router.ts";
import { may } from "../../shared/session.ts";
import { Page } from "../page.tsx";
import { BulkBar } from "./bulk-bar.tsx";
import { BulkDialog } from "./bulk-dialog.tsx";
import {
  Choice as ChoiceFilter,
  Filters,
  PERIOD_NAMES,
  PeriodFilter,
  usePeriod,
  Word,
} from "./filters.tsx";
import { LetterDrawer } from "./letter-drawer.tsx";
import { KINDS, readFilter, upTo } from "./letter-filter.ts";
import { LetterRow } from "./letter-row.tsx";
import type { Choice } from "./open-bulk.ts";
import type { Deed } from "./plan-words.ts";
import { RowList } from "./row-list.tsx";
import type { DeadLetter } from "./types.ts";
import { useChannelOptions } from "./use-channels.ts";
import { useList } from "./use-list.ts";

const NAMES = ["kind", "channel", "reason", "code", ...PERIOD_NAMES];

/** Letters that can be chosen one by one: what one plan may name. Source: `POST /dead-letters/replay`. */
const MAX_CHOSEN = 500;

/** What was given up, and what to do with it. */
export function DeadLettersPage() {
  const values = query.value;
  const isNarrowed = NAMES.some((name) => values.has(name));
  const period = usePeriod();
  const filter = useMemo(() => readFilter(values, period), [values, period]);
  const list = useList<DeadLetter>("/dead-letters", { ...filter });
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [opened, setOpened] = useState<DeadLetter>();
  const [bulk, setBulk] = useState<{ readonly deed: Deed; readonly choice: Choice }>();
  const channels = useChannelOptions();
  const key = JSON.stringify(filter);
  useEffect(() => setChosen(new Set()), [key]);

  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id) && next.size < MAX_CHOSEN) next.add(id);
    setChosen(next);
  };
  const close = () => {
    setBulk(undefined);
    setChosen(new Set());
    list.reset();
  };
  const canAct = may("events:write");
  return (
    <Page title={shell("dead_letters")} intro={log("dead_intro")}>
      <Filters names={NAMES}>
        <ChoiceFilter
          name="kind"
          label={log("kind")}
          options={KINDS.map((kind) => ({ value: kind, label: log(`kind_${kind}`) }))}
        />
        <ChoiceFilter name="channel" label={operations("channel")} options={channels} />
        <Word name="reason" label={log("reason")} />
        <Word name="code" label={log("code")} />
        <PeriodFilter />
      </Filters>
      {canAct && list.rows.length > 0 && (
        <BulkBar
          chosen={chosen.size}
          isNarrowed={isNarrowed}
          onChooseShown={() =>
            setChosen(new Set(list.rows.slice(0, MAX_CHOSEN).map(({ id }) => id)))
          }
          onClear={() => setChosen(new Set())}
          onDeed={(deed) =>
            setBulk({
              deed,
              choice:
                chosen.size === 0 ? { filter: upTo(filter, Date.now()) } : { ids: [...chosen] },
            })
          }
        />
      )}
      <RowList
        list={list}
        label={log("dead_list")}
        estimate={72}
        isNarrowed={isNarrowed}
        empty={{
          title: log("dead_empty"),
          detail: log("dead_empty_detail"),
          icon: "check",
        }}
      >
        {(letter) => (
          <LetterRow
            letter={letter}
            isChosen={chosen.has(letter.id)}
            onChoose={canAct ? () => toggle(letter.id) : undefined}
            onOpen={() => setOpened(letter)}
          />
        )}
      </RowList>
      {opened !== undefined && (
        <LetterDrawer
          letter={opened}
          onClose={() => setOpened(undefined)}
          onDeed={(deed) => {
            setOpened(undefined);
            setBulk({ deed, choice: { ids: [opened.id] } });
          }}
        />
      )}
      {bulk !== undefined && <BulkDialog {...bulk} onClose={close} />}
    </Page>
  );
}
