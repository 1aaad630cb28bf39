import { useState } from "preact/hooks";
import { common } from "../../i18n/common.ts";
import { templates } from "../../i18n/templates.ts";
import { post } from "../../shared/api.ts";
import { Action } from "../../shared/ui/action.tsx";
import { Dialog } from "../../shared/ui/dialog.tsx";
import { SafeText } from "../../shared/ui/safe-text.tsx";
import { Empty } from "../../shared/ui/states.tsx";
import { Tag } from "../../shared/ui/tag.tsx";
import type { SyncResult } from "./types.ts";

interface SyncAnswer {
  readonly data: readonly SyncResult[];
}

/** Asks the providers what templates they have, and says what each answered. */
export function SyncAction({ onDone }: { readonly onDone: () => void }) {
  const [results, setResults] = useState<readonly SyncResult[]>();
  const run = async () => {
    // Whoever presses means now; what the provider itself asks for is kept all the same.
    const { data } = await post<SyncAnswer>("/templates/sync", { force: true });
    setResults(data);
    onDone();
  };
  return (
    <>
      <Action icon="reload" run={run}>
        {templates("sync")}
      </Action>
      {results !== undefined && (
        <Dialog
          title={templates("sync_title")}
          onClose={() => setResults(undefined)}
          actions={
            <button type="button" class="button" onClick={() => setResults(undefined)}>
              {common("close")}
            </button>
          }
        >
          {results.length === 0 ? (
            <Empty icon="templates" title={templates("sync_none")} />
          ) : (
            <ul class="stack">
              {results.map((result) => (
                <Result key={result.channel} result={result} />
              ))}
            </ul>
          )}
        </Dialog>
      )}
    </>
  );
}

const TONES = { synced: "good", resting: "neutral", failed: "bad" } as const;
const ICONS = { synced: "check", resting: "clock", failed: "warning" } as const;

function Result({ result }: { readonly result: SyncResult }) {
  const { channel, outcome, detail, synced, added, changed, gone } = result;
  return (
    <li class="stack-lines">
      <div class="row">
        <strong>{channel}</strong>
        <Tag tone={TONES[outcome]} icon={ICONS[outcome]}>
          {templates(`sync_${outcome}`, { synced, added, changed, gone })}
        </Tag>
      </div>
      {detail !== null && (
        <span class="hint">
          <SafeText text={detail} max={500} />
        </span>
      )}
      {outcome === "synced" && !result.is_complete && (
        <span class="hint">{templates("sync_partial")}</span>
      )}
    </li>
  );
}
