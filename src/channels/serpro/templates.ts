import { BridgeError } from "../../errors.ts";
import { readJson } from "../provider-answer.ts";
import type { ProviderTemplate, TemplateSource } from "../template-source.ts";
import { readTemplateItem, readTemplateItems } from "../whatsapp/template-list.ts";
import { fieldsOf, isSuccess } from "./answers.ts";
import { endpointsOf } from "./endpoints.ts";
import { refusalOf } from "./refusals.ts";
import type { SerproSettings } from "./settings.ts";

/**
 * Builds the call that lists the templates of a business account. Nobody has described its answer, so the list is read
 * wherever it stands and its items in Meta's words, which the provider relays, or in those of its own requests. It may have
 * pages that we do not know of, which is why such a list is never taken for a complete one unless it fits one page.
 * Source: published integrations.
 */
export function createTemplates(
  settings: SerproSettings,
  secrets: () => readonly string[],
): TemplateSource {
  return {
    owners: [settings.waba_id],
    list: (owner) => ({ method: "GET", url: endpointsOf(settings).templates(owner), headers: {} }),
    readPage: (response) => {
      if (!isSuccess(response.status)) throw refusalOf(response, secrets());
      const body = readJson(response.body);
      const list = listIn(body);
      if (list === undefined)
        throw new BridgeError("channel_unreadable", "the answer is no list of templates");
      const { templates, skipped } = readTemplateItems(list, readItem);
      return { templates, skipped: skipped + (hasMore(body) ? 1 : 0), restMs: 0 };
    },
  };
}

function listIn(body: unknown): readonly unknown[] | undefined {
  if (Array.isArray(body)) return body;
  const list = Object.values(fieldsOf(body)).find((value) => Array.isArray(value));
  return Array.isArray(list) ? list : undefined;
}

/** Whether the answer shows, as Meta's does, that there is another page. */
function hasMore(body: unknown): boolean {
  return fieldsOf(fieldsOf(body)["paging"])["next"] !== undefined;
}

/** The words of the provider's own requests, and Meta's. */
function readItem(raw: unknown): ProviderTemplate | undefined {
  const fields = fieldsOf(raw);
  return readTemplateItem({
    ...fields,
    name: fields["name"] ?? fields["nomeTemplate"] ?? fields["nome"],
    language: fields["language"] ?? fields["idioma"],
    category: fields["category"] ?? fields["categoria"],
    components: fields["components"] ?? fields["componentes"],
  });
}
