import { useEffect, useRef, useState } from "preact/hooks";
import { wizard } from "../../../i18n/wizard.ts";
import { ApiProblem } from "../../../shared/api.ts";
import { formatBytes } from "../../../shared/format.ts";
import { Icon } from "../../../shared/ui/icon.tsx";
import { SafeText } from "../../../shared/ui/safe-text.tsx";
import type { Campaign, ImportResult } from "../types.ts";
import { ImportOutcome } from "./import-outcome.tsx";
import { ImportRunning } from "./import-running.tsx";
import { blobOf, importQuery, type ListForm } from "./list-form.ts";
import { upload } from "./upload.ts";

interface ImportStepProps {
  readonly campaign: Pick<Campaign, "id" | "state">;
  readonly list: ListForm;
  readonly result: ImportResult | undefined;
  readonly onResult: (result: ImportResult) => void;
  readonly onAnother: () => void;
  /** Told while a list is on its way: nobody should go elsewhere meanwhile. */
  readonly onBusy: (isBusy: boolean) => void;
}

interface Running {
  readonly abort: AbortController;
  readonly sent: number;
}

/** Sends the list, shows how far it is, and what became of its lines. */
export function ImportStep(props: ImportStepProps) {
  const { campaign, list, result, onResult, onAnother, onBusy } = props;
  const [running, setRunning] = useState<Running>();
  const [failure, setFailure] = useState<ApiProblem | "stopped">();
  const blob = blobOf(list);
  const current = useRef<AbortController | undefined>(undefined);
  useEffect(() => () => current.current?.abort(), []);
  const isRunning = running !== undefined;
  useEffect(() => {
    if (!isRunning) return undefined;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  }, [isRunning]);

  const start = async (body: Blob) => {
    const abort = new AbortController();
    current.current = abort;
    setFailure(undefined);
    setRunning({ abort, sent: 0 });
    onBusy(true);
    try {
      onResult(
        await upload<ImportResult>(`/campaigns/${campaign.id}/recipients`, {
          query: importQuery(list),
          body,
          onProgress: (sent) => setRunning({ abort, sent }),
          signal: abort.signal,
        }),
      );
    } catch (thrown) {
      if (abort.signal.aborted) setFailure("stopped");
      else if (thrown instanceof ApiProblem) setFailure(thrown);
      else throw thrown;
    } finally {
      setRunning(undefined);
      onBusy(false);
    }
  };

  if (result !== undefined) return <ImportOutcome result={result} onAnother={onAnother} />;
  if (running !== undefined)
    return (
      <ImportRunning
        id={campaign.id}
        sent={running.sent}
        size={blob?.size ?? 0}
        onStop={() => running.abort.abort()}
      />
    );
  if (blob === undefined) return <p class="banner banner-warning">{wizard("file_gone")}</p>;
  const about = {
    name: list.source === "file" ? (list.file?.name ?? "") : wizard("source_paste"),
    size: formatBytes(blob.size),
  };
  return (
    <section class="card stack import-ready" aria-labelledby="ready-title">
      <h2 id="ready-title">{wizard("ready")}</h2>
      <p>
        <SafeText
          text={wizard(campaign.state === "running" ? "ready_running" : "ready_detail", about)}
          max={500}
        />
      </p>
      {failure !== undefined && (
        <p class="banner banner-warning" role="alert">
          <Icon name="warning" size={16} />
          <span>
            {failure === "stopped" ? (
              wizard("stopped")
            ) : (
              <>
                <strong>{wizard("import_failed")}.</strong>{" "}
                <SafeText text={failure.message} max={500} />
              </>
            )}
          </span>
        </p>
      )}
      <div class="row">
        <button type="button" class="button button-primary" onClick={() => void start(blob)}>
          <Icon name="upload" size={16} />{" "}
          {wizard(failure === undefined ? "do_import" : "import_again")}
        </button>
      </div>
    </section>
  );
}
