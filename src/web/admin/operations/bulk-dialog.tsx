import { useEffect, useRef, useState } from "preact/hooks";
import { common } from "../../i18n/common.ts";
import { log } from "../../i18n/event-log.ts";
import { ApiProblem, post } from "../../shared/api.ts";
import { useResource } from "../../shared/resource.ts";
import { Dialog } from "../../shared/ui/dialog.tsx";
import { Icon } from "../../shared/ui/icon.tsx";
import { Progress } from "../../shared/ui/progress.tsx";
import { Failure, Loading } from "../../shared/ui/states.tsx";
import type { BulkProgress, RunBulk } from "./bulk.ts";
import { type Choice, openBulk } from "./open-bulk.ts";
import { PlanView } from "./plan-view.tsx";
import type { Deed } from "./plan-words.ts";
import type { Plan } from "./types.ts";

interface BulkDialogProps {
  readonly deed: Deed;
  readonly choice: Choice;
  readonly onClose: () => void;
}

type Stage =
  | { readonly at: "plan" }
  | { readonly at: "running" | "over"; readonly progress: BulkProgress }
  | { readonly at: "stopped"; readonly progress: BulkProgress; readonly problem?: ApiProblem };

const NONE: BulkProgress = { tried: 0, done: 0 };

/** Says first what a replay or a discarding would do, then does it step by step, and says what came of it. */
export function BulkDialog({ deed, choice, onClose }: BulkDialogProps) {
  const plan = useResource<Plan>(`${deed} ${JSON.stringify(choice)}`, (signal) =>
    post(`/dead-letters/${deed}`, { ...choice, dry_run: true }, { signal }),
  );
  const [stage, setStage] = useState<Stage>({ at: "plan" });
  const bulk = useRef<RunBulk>(undefined);
  const stopper = useRef<AbortController>(undefined);
  useEffect(() => () => stopper.current?.abort(), []);

  const run = async () => {
    bulk.current ??= openBulk(deed, choice);
    const abort = new AbortController();
    stopper.current = abort;
    let progress = "progress" in stage ? stage.progress : NONE;
    const tell = (next: BulkProgress) => {
      progress = next;
      setStage({ at: "running", progress });
    };
    tell(progress);
    try {
      const end = await bulk.current(abort.signal, tell);
      setStage({ at: abort.signal.aborted ? "stopped" : "over", progress: end });
    } catch (thrown) {
      if (!(thrown instanceof ApiProblem)) throw thrown;
      setStage({ at: "stopped", progress, problem: thrown });
    }
  };

  const matched = plan.data?.matched ?? 0;
  return (
    <Dialog
      title={log(`plan_${deed}_title`)}
      onClose={onClose}
      actions={
        <BulkActions
          deed={deed}
          stage={stage.at}
          canBegin={matched > 0}
          onRun={() => void run()}
          onStop={() => stopper.current?.abort()}
          onClose={onClose}
        />
      }
    >
      <div class="stack" aria-live="polite">
        {stage.at === "plan" && plan.data === undefined && plan.problem === undefined && (
          <Loading label={log("planning")} />
        )}
        {stage.at === "plan" && plan.problem !== undefined && (
          <Failure problem={plan.problem} onRetry={plan.reload} />
        )}
        {stage.at === "plan" && plan.data !== undefined && (
          <PlanView deed={deed} plan={plan.data} />
        )}
        {stage.at !== "plan" && <Course deed={deed} stage={stage} total={matched} />}
      </div>
    </Dialog>
  );
}

function Course({
  deed,
  stage,
  total,
}: {
  readonly deed: Deed;
  readonly stage: Exclude<Stage, { readonly at: "plan" }>;
  readonly total: number;
}) {
  const { tried, done } = stage.progress;
  const rest = tried - done;
  return (
    <>
      {stage.at === "running" && <p>{log(`running_${deed}`, { done: tried, total })}</p>}
      {stage.at === "over" && (
        <p class="op-result">
          <Icon name="check" /> {log.count(`done_${deed}`, done, { total: tried })}
        </p>
      )}
      {stage.at === "stopped" && <p>{log("stopped", { done: tried, total })}</p>}
      {stage.at !== "over" && (
        <Progress label={log("progress")} value={tried} max={Math.max(total, tried)} />
      )}
      {stage.at !== "running" && rest > 0 && <p class="hint">{log.count("done_rest", rest)}</p>}
      {stage.at === "stopped" && stage.problem !== undefined && <Failure problem={stage.problem} />}
    </>
  );
}

interface BulkActionsProps {
  readonly deed: Deed;
  readonly stage: Stage["at"];
  readonly canBegin: boolean;
  readonly onRun: () => void;
  readonly onStop: () => void;
  readonly onClose: () => void;
}

function BulkActions({ deed, stage, canBegin, onRun, onStop, onClose }: BulkActionsProps) {
  if (stage === "running")
    return (
      <button type="button" class="button" onClick={onStop}>
        <Icon name="stop" size={16} /> {log("stop")}
      </button>
    );
  const look = deed === "discard" ? "button-danger" : "button-primary";
  const isDone = stage === "over";
  return (
    <>
      <button type="button" class="button" onClick={onClose}>
        {common(stage === "plan" && canBegin ? "cancel" : "close")}
      </button>
      {!isDone && canBegin && (
        <button type="button" class={`button ${look}`} onClick={onRun}>
          {log(stage === "stopped" ? "go_on" : `do_${deed}`)}
        </button>
      )}
    </>
  );
}
