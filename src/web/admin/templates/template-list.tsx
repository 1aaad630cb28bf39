import { useState } from "preact/hooks";
import { common } from "../../i18n/common.ts";
import { shell } from "../../i18n/shell.ts";
import { templates } from "../../i18n/templates.ts";
import { get } from "../../shared/api.ts";
import { useDetails } from "../../shared/details.ts";
import { useResource } from "../../shared/resource.ts";
import { query, setQuery } from "../../shared/router.ts";
import { may } from "../../shared/session.ts";
import { Icon } from "../../shared/ui/icon.tsx";
import { Empty, Loaded } from "../../shared/ui/states.tsx";
import { useChannels } from "../campaigns/channels.ts";
import { Page } from "../page.tsx";
import { readTemplates, searchTemplates, type TemplateShelf } from "./all-templates.ts";
import { CreateTemplate } from "./create-template.tsx";
import { SyncAction } from "./sync-action.tsx";
import { TemplateFilters } from "./template-filters.tsx";
import { TemplateTable } from "./template-table.tsx";
import { bodyOf } from "./template-words.tsx";
import type { TemplateWithUsage } from "./types.ts";

/** Rows shown before somebody asks for more: the use of each is read too. */
const SHOWN = 25;

const readUsage = (id: string, signal: AbortSignal) =>
  get<TemplateWithUsage>(`/templates/${id}`, {}, signal);

const FILTERS = ["channel", "status", "category", "language"] as const;

/** All templates, narrowed by what the address says. */
export function TemplateList() {
  const filter = Object.fromEntries(
    FILTERS.map((name) => [name, query.value.get(name) ?? undefined]),
  );
  const shelf = useResource(`templates ${JSON.stringify(filter)}`, (signal) =>
    readTemplates(filter, signal),
  );
  const isCreating = query.value.get("new") !== null;
  return (
    <Page
      title={shell("templates")}
      intro={templates("intro")}
      actions={
        may("templates:write") ? (
          <>
            <SyncAction onDone={shelf.reload} />
            <button
              type="button"
              class="button button-primary"
              onClick={() => setQuery({ new: "1" })}
            >
              <Icon name="plus" size={16} /> {templates("create")}
            </button>
          </>
        ) : undefined
      }
    >
      <TemplateFilters rows={shelf.data?.rows ?? []} />
      <Loaded from={shelf}>
        {(data) => <Shelf shelf={data} isFiltered={Object.values(filter).some(Boolean)} />}
      </Loaded>
      {isCreating && (
        <CreateTemplate onClose={() => setQuery({ new: undefined })} onMade={shelf.reload} />
      )}
    </Page>
  );
}

interface ShelfProps {
  readonly shelf: TemplateShelf;
  readonly isFiltered: boolean;
}

function Shelf({ shelf, isFiltered }: ShelfProps) {
  const [most, setMost] = useState(SHOWN);
  const words = query.value.get("q") ?? "";
  const found = searchTemplates(shelf.rows, words, bodyOf);
  const shown = found.slice(0, most);
  const usage = useDetails(
    shown.map(({ id }) => id),
    readUsage,
  );
  const channels = useChannels();
  if (shelf.rows.length === 0 && !isFiltered) {
    const hasNone = channels.data?.every(({ has_templates: has }) => !has) === true;
    const detail = hasNone ? templates("sync_none") : templates("empty_detail");
    return <Empty icon="templates" title={templates("empty_title")} detail={detail} />;
  }
  return (
    <>
      <p class="hint" role="status">
        {templates.count("shown", found.length)}
        {shelf.isTruncated && ` · ${templates("truncated")}`}
      </p>
      {found.length === 0 ? (
        <Empty title={common("nothing_found")} />
      ) : (
        <TemplateTable rows={shown} usage={usage} />
      )}
      {found.length > shown.length && (
        <div class="row">
          <button type="button" class="button" onClick={() => setMost(most + SHOWN)}>
            {common("more")}
          </button>
        </div>
      )}
    </>
  );
}
