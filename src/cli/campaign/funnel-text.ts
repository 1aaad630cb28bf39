import type { Output } from "../terminal.ts";
import { moneyText, spanText } from "./plan-text.ts";
import type { Campaign } from "./rows.ts";

const BAR = 30;

type Paint = Output["paint"];

function stepLine(label: string, count: number, audience: number, paint: Paint): string {
  const share = audience === 0 ? 0 : count / audience;
  const filled = Math.round(share * BAR);
  const bar = paint("green", "█".repeat(filled)) + paint("dim", "░".repeat(BAR - filled));
  return `${label.padEnd(10)} ${bar} ${String(count).padStart(9)}  ${(share * 100).toFixed(1)} %`;
}

function paceText({ figures, eta_seconds: eta, state }: Campaign): string {
  if (state !== "running") return state;
  const left = eta === null ? "" : `, ${spanText(eta)} left`;
  return `running, ${figures.sent_per_minute} a minute${left}`;
}

function whyPaused({ pause }: Campaign): string | undefined {
  if (pause === null) return undefined;
  return `${pause.reason}${pause.hint === null ? "" : `: ${pause.hint}`}`;
}

function failureLines({ failures }: Campaign): string[] {
  return failures.map(({ code, reason, title, count, hint }) => {
    const what = [code ?? reason ?? "failed", title].filter((part) => part !== null).join(" ");
    return `  ${count} × ${what}${hint === null ? "" : `: ${hint}`}`;
  });
}

/** A campaign's way so far, drawn over several lines. */
export function funnelText(campaign: Campaign, paint: Paint): string {
  const { name, figures, cost } = campaign;
  const why = whyPaused(campaign);
  const rest = `waiting ${figures.queued}, failed ${figures.failed}, left out ${figures.skipped}, uncertain ${figures.uncertain}, answered ${figures.replied}`;
  return [
    `${paint("bold", name)}  ${paceText(campaign)}`,
    ...(why === undefined ? [] : [paint("yellow", why)]),
    stepLine("sent", figures.reached_sent, figures.audience, paint),
    stepLine("delivered", figures.reached_delivered, figures.audience, paint),
    stepLine("read", figures.reached_read, figures.audience, paint),
    `${rest}, cost ${moneyText(cost.actual)}`,
    ...failureLines(campaign),
  ].join("\n");
}

/** The same in one line, for logs. */
export function figuresLine(campaign: Campaign): string {
  const { figures } = campaign;
  const why = whyPaused(campaign);
  return [
    `${paceText(campaign)}${why === undefined ? "" : ` (${why})`}: ${figures.reached_sent} of ${figures.audience} sent`,
    `${figures.reached_delivered} delivered`,
    `${figures.reached_read} read`,
    `${figures.failed} failed`,
    `${figures.skipped} left out`,
    `${figures.uncertain} uncertain`,
  ].join(", ");
}
