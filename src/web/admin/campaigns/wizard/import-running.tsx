import { wizard } from "../../../i18n/wizard.ts";
import { get, type PageOf } from "../../../shared/api.ts";
import { formatBytes } from "../../../shared/format.ts";
import { useResource } from "../../../shared/resource.ts";
import { Icon } from "../../../shared/ui/icon.tsx";
import { Progress } from "../../../shared/ui/progress.tsx";
import type { Import } from "../types.ts";

/** How often the server is asked how many lines it has read, milliseconds. */
const LOOK_MS = 1_500;

interface ImportRunningProps {
  readonly id: string;
  /** Bytes. */
  readonly sent: number;
  readonly size: number;
  readonly onStop: () => void;
}

/** A list on its way: what has gone out, and what the server has read of it. */
export function ImportRunning({ id, sent, size, onStop }: ImportRunningProps) {
  const read = useResource(
    `running ${id}`,
    (signal) => get<PageOf<Import>>(`/campaigns/${id}/imports`, { limit: 1 }, signal),
    { pollMs: LOOK_MS },
  );
  const newest = read.data?.data[0];
  const lines = newest?.state === "running" ? newest.rows_read : undefined;
  return (
    <section class="card stack" aria-labelledby="running-title">
      <h2 id="running-title">{wizard("uploading")}</h2>
      <Progress label={wizard("upload_progress")} value={sent} max={size} />
      <p class="hint" role="status">
        {sent >= size ? wizard("finishing") : `${formatBytes(sent)} / ${formatBytes(size)}`}
        {lines !== undefined && ` · ${wizard.count("read_lines", lines)}`}
      </p>
      <div class="row">
        <button type="button" class="button button-danger" onClick={onStop}>
          <Icon name="stop" size={16} /> {wizard("stop")}
        </button>
      </div>
    </section>
  );
}
