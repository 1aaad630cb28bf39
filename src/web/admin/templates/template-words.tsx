import { templates } from "../../i18n/templates.ts";
import type { IconName } from "../../shared/ui/icon.tsx";
import { Tag, type Tone } from "../../shared/ui/tag.tsx";
import { capitals } from "./fill.ts";
import type { Template } from "./types.ts";

const STATUSES = {
  APPROVED: ["good", "check"],
  REINSTATED: ["good", "check"],
  PENDING: ["info", "clock"],
  IN_APPEAL: ["info", "clock"],
  PAUSED: ["warning", "pause"],
  FLAGGED: ["warning", "warning"],
  REJECTED: ["bad", "close"],
  DISABLED: ["bad", "stop"],
  PENDING_DELETION: ["neutral", "trash"],
} as const satisfies Readonly<Record<string, readonly [Tone, IconName]>>;

/** The states that a list can be narrowed by, the usual ones first. */
export const KNOWN_STATUSES = [
  "APPROVED",
  "PENDING",
  "REJECTED",
  "PAUSED",
  "DISABLED",
  "FLAGGED",
  "REINSTATED",
  "IN_APPEAL",
  "PENDING_DELETION",
] as const satisfies readonly (keyof typeof STATUSES)[];

export const KNOWN_CATEGORIES = ["MARKETING", "UTILITY", "AUTHENTICATION"] as const;

const QUALITIES = { GREEN: "good", YELLOW: "warning", RED: "bad", UNKNOWN: "neutral" } as const;

const KNOWN_QUALITIES = ["GREEN", "YELLOW", "RED", "UNKNOWN"] as const;

/** A provider's state in people's words; one that is not known here as it is. */
export function statusWord(status: string): string {
  const known = KNOWN_STATUSES.find((one) => one === status);
  return known === undefined ? status.toLowerCase() : templates(`status_${known}`);
}

export function categoryWord(category: string | null): string {
  const known = KNOWN_CATEGORIES.find((one) => one === category);
  return known === undefined ? (category?.toLowerCase() ?? "–") : templates(`category_${known}`);
}

export function StatusTag({
  template,
}: {
  readonly template: Pick<Template, "status" | "gone_at">;
}) {
  if (template.gone_at !== null)
    return (
      <Tag tone="bad" icon="close">
        {templates("status_gone")}
      </Tag>
    );
  const known = KNOWN_STATUSES.find((one) => one === template.status);
  const [tone, icon] = known === undefined ? (["neutral", "question"] as const) : STATUSES[known];
  return (
    <Tag tone={tone} icon={icon}>
      {statusWord(template.status)}
    </Tag>
  );
}

export function QualityTag({ quality }: { readonly quality: string | null }) {
  if (quality === null) return <span>–</span>;
  const known = KNOWN_QUALITIES.find((one) => one === quality.toUpperCase());
  if (known === undefined) return <Tag>{quality.toLowerCase()}</Tag>;
  return <Tag tone={QUALITIES[known]}>{templates(`quality_${known}`)}</Tag>;
}

export const languageWord = (language: string): string =>
  language === "" ? templates("language_none") : language;

/** How many values a message made from it needs. */
export function valueCount({ variables, components }: Template): number {
  const hasFile = components.some(
    ({ type, format }) => capitals(type) === "HEADER" && !["", "TEXT"].includes(capitals(format)),
  );
  const { header, body, buttons } = variables;
  return header.length + body.length + buttons.length + (hasFile ? 1 : 0);
}

/** The words of a template's body, for whoever searches or chooses. */
export function bodyOf({ components }: Pick<Template, "components">): string {
  const body = components.find(({ type }) => capitals(type) === "BODY");
  return typeof body?.["text"] === "string" ? body["text"] : "";
}
