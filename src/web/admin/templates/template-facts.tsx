import type { ComponentChildren } from "preact";
import { templates } from "../../i18n/templates.ts";
import { formatNumber, formatShare } from "../../shared/format.ts";
import { SafeText } from "../../shared/ui/safe-text.tsx";
import { type Column, Table } from "../../shared/ui/table.tsx";
import { Ago } from "../../shared/ui/time.tsx";
import { categoryWord, languageWord, QualityTag, StatusTag } from "./template-words.tsx";
import type { Template, TemplateWithUsage } from "./types.ts";

function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** What the provider says of a template. */
export function Facts({ template }: { readonly template: Template }) {
  return (
    <section class="card stack-small" aria-labelledby="facts-title">
      <h2 id="facts-title">{templates("facts")}</h2>
      <dl class="fact-list">
        <Fact name={templates("fact_status")}>
          <StatusTag template={template} />
          {!template.is_sendable && <span class="hint"> {templates("not_sendable")}</span>}
        </Fact>
        {template.reason !== null && template.reason !== "" && (
          <Fact name={templates("fact_reason")}>
            <SafeText text={template.reason} max={500} />
          </Fact>
        )}
        <Fact name={templates("fact_quality")}>
          <QualityTag quality={template.quality} />
        </Fact>
        <Fact name={templates("fact_category")}>{categoryWord(template.category)}</Fact>
        <Fact name={templates("fact_language")}>
          <SafeText text={languageWord(template.language)} />
        </Fact>
        <Fact name={templates("fact_channel")}>{template.channel}</Fact>
        <Fact name={templates("fact_format")}>
          {templates(`format_${template.parameter_format}`)}
        </Fact>
        <Fact name={templates("fact_synced")}>
          <Ago at={template.synced_at} />
        </Fact>
        <Fact name={templates("fact_changed")}>
          <Ago at={template.updated_at} />
        </Fact>
        {template.external_id !== null && (
          <Fact name={templates("fact_id")}>
            <code>
              <SafeText text={template.external_id} />
            </code>
          </Fact>
        )}
      </dl>
    </section>
  );
}

type Period = TemplateWithUsage["usage"]["last_7_days"] & { readonly name: string };

const shared = (key: "delivered" | "read" | "failed") => ({
  isNumber: true,
  cell: (row: Period) => (
    <>
      {formatNumber(row[key])}{" "}
      {row.sent > 0 && <span class="hint">{formatShare(row[key] / row.sent)}</span>}
    </>
  ),
});

/** What became of the messages made from a template. */
export function Usage({ usage }: Pick<TemplateWithUsage, "usage">) {
  const rows: readonly Period[] = [
    { ...usage.last_7_days, name: templates("usage_7") },
    { ...usage.last_30_days, name: templates("usage_30") },
  ];
  const columns: readonly Column<Period>[] = [
    { key: "period", title: templates("usage_period"), cell: ({ name }) => name },
    {
      key: "sent",
      title: templates("usage_sent"),
      isNumber: true,
      cell: ({ sent }) => formatNumber(sent),
    },
    { key: "delivered", title: templates("usage_delivered"), ...shared("delivered") },
    { key: "read", title: templates("usage_read"), ...shared("read") },
    { key: "failed", title: templates("usage_failed"), ...shared("failed") },
  ];
  return (
    <section class="stack-small" aria-labelledby="usage-title">
      <h2 id="usage-title">{templates("usage")}</h2>
      <Table
        caption={templates("usage_caption")}
        columns={columns}
        rows={rows}
        keyOf={({ name }) => name}
      />
    </section>
  );
}
