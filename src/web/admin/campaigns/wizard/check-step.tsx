import { wizard } from "../../../i18n/wizard.ts";
import { post } from "../../../shared/api.ts";
import { BubbleView } from "../../../shared/bubble/bubble-view.tsx";
import { useResource } from "../../../shared/resource.ts";
import { Icon } from "../../../shared/ui/icon.tsx";
import { SafeText } from "../../../shared/ui/safe-text.tsx";
import { Failure, Loading } from "../../../shared/ui/states.tsx";
import { type Column, Table } from "../../../shared/ui/table.tsx";
import { Tag } from "../../../shared/ui/tag.tsx";
import { PhoneFrame } from "../../templates/phone-frame.tsx";
import { Findings, TemplateBubble } from "../../templates/template-bubble.tsx";
import type { Template } from "../../templates/types.ts";
import { findTemplate } from "../message-preview.tsx";
import { readMessage } from "../message.ts";
import type { ImportPreview } from "../types.ts";
import { DELIMITER_NAMES, DELIMITERS } from "./csv-head.ts";
import { blobOf, importQuery, type ListForm, listKey } from "./list-form.ts";

/** Bytes sent for the preview: the server shows the first lines only. */
const SAMPLE_BYTES = 262_144;

interface CheckStepProps {
  readonly id: string;
  readonly list: ListForm;
  /** The template in all its languages, for what people will read. */
  readonly templates: readonly Template[];
  /** Changes with the campaign's message. */
  readonly version: string;
}

/** How the server reads the list, and what the first people will read. Nothing is kept. */
export function CheckStep({ id, list, templates, version }: CheckStepProps) {
  const read = useResource(`check ${id} ${version} ${listKey(list)}`, async (signal) => {
    const blob = blobOf(list) ?? new Blob([]);
    const query = { ...importQuery(list), dry_run: true };
    const body = blob.slice(0, SAMPLE_BYTES);
    return post<ImportPreview>(`/campaigns/${id}/recipients`, body, { query, signal });
  });
  if (read.data === undefined)
    return read.problem === undefined ? (
      <Loading label={wizard("checking")} />
    ) : (
      <Failure problem={read.problem} onRetry={read.reload} />
    );
  return <Preview preview={read.data} templates={templates} />;
}

interface PreviewProps {
  readonly preview: ImportPreview;
  readonly templates: readonly Template[];
}

function Preview({ preview, templates }: PreviewProps) {
  const bad = preview.rows.filter(({ problem }) => problem !== null).length;
  const sign = DELIMITER_NAMES.find((name) => DELIMITERS[name] === preview.delimiter);
  return (
    <div class="stack">
      <p class={`banner ${bad === 0 ? "banner-info" : "banner-warning"}`} role="status">
        <Icon name={bad === 0 ? "check" : "warning"} size={16} />
        <span>{bad === 0 ? wizard("check_good") : wizard.count("check_bad", bad)}</span>
        <span class="hint">
          {wizard("check_read", {
            delimiter: sign === undefined ? "–" : wizard(`delimiter_${sign}`),
            encoding: preview.encoding ?? "–",
          })}
        </span>
      </p>
      <section class="stack-small" aria-labelledby="messages-title">
        <h2 id="messages-title">{wizard("check_messages")}</h2>
        <ul class="preview-messages">
          {preview.messages.map((message) => (
            <li key={message.line}>
              <PreviewMessage message={message} templates={templates} />
            </li>
          ))}
        </ul>
      </section>
      <section class="stack-small" aria-labelledby="rows-title">
        <h2 id="rows-title">{wizard("check_rows")}</h2>
        <Rows rows={preview.rows} />
      </section>
    </div>
  );
}

interface PreviewMessageProps {
  readonly message: ImportPreview["messages"][number];
  readonly templates: readonly Template[];
}

function PreviewMessage({ message, templates }: PreviewMessageProps) {
  const { line, missing, problems, content } = message;
  const said = readMessage(content);
  const template = said.kind === "template" ? findTemplate(templates, said) : undefined;
  const lacks =
    missing.length === 0 ? [] : [wizard("message_missing", { names: missing.join(", ") })];
  return (
    <article class="stack-lines" aria-label={wizard("message_of", { line })}>
      <span class="hint">{wizard("message_of", { line })}</span>
      {said.kind === "template" && template !== undefined ? (
        <TemplateBubble
          id={template.id}
          name={said.name}
          question={said.filling}
          isChecked={lacks.length === 0}
        />
      ) : (
        <PhoneFrame label={wizard("preview")}>
          <BubbleView
            bubble={
              said.kind === "text"
                ? { text: said.text, buttons: said.buttons, links: [] }
                : { text: "", template: said.name, buttons: [], links: [] }
            }
            direction="out"
          />
        </PhoneFrame>
      )}
      <Findings problems={[...lacks, ...problems]} warnings={[]} />
    </article>
  );
}

type Row = ImportPreview["rows"][number];

function Rows({ rows }: { readonly rows: readonly Row[] }) {
  const columns: readonly Column<Row>[] = [
    { key: "line", title: wizard("row_line"), isNumber: true, cell: ({ line }) => line },
    {
      key: "to",
      title: wizard("row_to"),
      cell: ({ to, problem }) => (
        <span class={problem === null ? "one-line" : ""}>
          <SafeText text={to === "" ? "–" : to} max={60} />
        </span>
      ),
    },
    {
      key: "name",
      title: wizard("row_name"),
      cell: ({ name }) => <SafeText text={name ?? "–"} max={60} />,
    },
    {
      key: "values",
      title: wizard("row_values"),
      isExtra: true,
      cell: ({ params }) => (
        <SafeText
          text={Object.entries(params)
            .map(([title, value]) => `${title}: ${value}`)
            .join(" · ")}
          max={160}
        />
      ),
    },
    {
      key: "problem",
      title: wizard("row_problem"),
      cell: ({ problem }) =>
        problem === null ? (
          <Tag tone="good" icon="check">
            {wizard("row_fine")}
          </Tag>
        ) : (
          <span class="hint-bad">
            <SafeText text={problem} max={300} />
          </span>
        ),
    },
  ];
  return (
    <Table
      caption={wizard("check_rows")}
      columns={columns}
      rows={rows}
      keyOf={({ line }) => String(line)}
    />
  );
}
