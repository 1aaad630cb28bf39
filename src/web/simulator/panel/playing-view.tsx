import { simulator } from "../../i18n/simulator.ts";
import { inside } from "../../i18n/simulator-inside.ts";
import type { ScriptStep } from "../../../simulator/script.ts";
import { Icon, type IconName } from "../../shared/ui/icon.tsx";
import { Progress } from "../../shared/ui/progress.tsx";
import { SafeText } from "../../shared/ui/safe-text.tsx";
import { Tag, type Tone } from "../../shared/ui/tag.tsx";
import type { StepState } from "../script/play.ts";
import type { Playing } from "../script/player.ts";

const LOOKS: Readonly<
  Record<StepState["state"], { readonly tone: Tone; readonly icon: IconName }>
> = {
  waiting: { tone: "neutral", icon: "clock" },
  running: { tone: "info", icon: "play" },
  passed: { tone: "good", icon: "check" },
  skipped: { tone: "neutral", icon: "next" },
  failed: { tone: "bad", icon: "close" },
  broken: { tone: "bad", icon: "warning" },
};

const isDone = ({ state }: StepState): boolean => state !== "waiting" && state !== "running";

/** How a script goes: a line for each step, with what was expected and what came. */
export function PlayingView({ playing }: { readonly playing: Playing }) {
  const { script, states, isOver } = playing;
  const bad = states.filter(({ state }) => state === "failed" || state === "broken").length;
  const result = states.some(({ state }) => state === "skipped") && bad === 0 ? "stopped" : "good";
  return (
    <section class="card playing" aria-label={inside("playing")}>
      <header class="row spread">
        <h2>
          <SafeText text={script.title} max={200} />
        </h2>
        <span role="status">
          {isOver && (
            <Tag
              tone={bad > 0 ? "bad" : result === "good" ? "good" : "neutral"}
              icon={bad > 0 ? "close" : "check"}
            >
              {bad > 0 ? inside.count("play_bad", bad) : inside(`play_${result}`)}
            </Tag>
          )}
        </span>
      </header>
      <Progress
        label={inside("playing")}
        value={states.filter(isDone).length}
        max={states.length}
      />
      <ol class="steps">
        {script.steps.map((step, index) => (
          <Step key={index} step={step} state={states[index] ?? { state: "waiting" }} />
        ))}
      </ol>
    </section>
  );
}

interface StepProps {
  readonly step: ScriptStep;
  readonly state: StepState;
}

function Step({ step, state }: StepProps) {
  const { tone, icon } = LOOKS[state.state];
  const { kind, words } = describe(step);
  return (
    <li class={`step step-${state.state}`}>
      <span class={`step-mark tag-${tone}`}>
        <Icon name={icon} size={14} />
        <span class="visually-hidden">{inside(`step_${state.state}`)}</span>
      </span>
      <div>
        <strong>{inside(`step_${kind}`)}</strong> <SafeText text={words} max={300} />
        {state.state === "failed" && (
          <dl class="facts">
            <div>
              <dt>{inside("missing")}</dt>
              <dd>
                <SafeText text={state.missing.join(" | ")} max={600} />
              </dd>
            </div>
            <div>
              <dt>{inside("came")}</dt>
              <dd>
                {state.said.length === 0 ? (
                  inside("came_nothing")
                ) : (
                  <SafeText text={state.said.join(" | ")} max={600} />
                )}
              </dd>
            </div>
          </dl>
        )}
        {state.state === "broken" && (
          <p class="hint hint-bad">
            <SafeText text={whyBroken(state.detail)} max={600} />
          </p>
        )}
      </div>
    </li>
  );
}

function whyBroken(detail: string): string {
  const known = (["no_choice", "no_message"] as const).find((word) => word === detail);
  return known === undefined ? detail : inside(known);
}

function describe(step: ScriptStep) {
  if ("expect" in step) {
    const { texts = [], buttons = [], list = [] } = step.expect;
    return { kind: "expect", words: [...texts, ...buttons, ...list].join(" | ") } as const;
  }
  if ("say" in step) return { kind: "say", words: wordsOf(step.say.content) } as const;
  if ("tick" in step) {
    const { status, error_code: code } = step.tick;
    return { kind: "tick", words: code === undefined ? status : `${status} ${code}` } as const;
  }
  if ("clock_hours" in step) return { kind: "clock", words: `${step.clock_hours} h` } as const;
  return { kind: "wait", words: `${step.wait_ms} ms` } as const;
}

function wordsOf(content: Extract<ScriptStep, { say: unknown }>["say"]["content"]): string {
  switch (content.type) {
    case "text":
      return content.text;
    case "choice":
      return content.title;
    case "reaction":
      return content.emoji ?? simulator("react_back");
    case "media":
      return content.file_name ?? simulator(`kind_${content.media}`);
    case "location":
      return `${content.latitude}, ${content.longitude}`;
    case "contact":
      return content.name;
  }
}
