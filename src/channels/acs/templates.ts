import { z } from "zod";
import { BridgeError } from "../../errors.ts";
import { readJson } from "../provider-answer.ts";
import type { ProviderTemplate, TemplateSource } from "../template-source.ts";
import { readTemplateItem, readTemplateItems } from "../whatsapp/template-list.ts";
import { refusalOf } from "./refusals.ts";
import type { CallSettings } from "./send.ts";

/** Templates on a page. */
const PAGE = 100;

/** The parameters of a next page: nothing but a query, so that it can lead nowhere else. */
const QUERY = /^\?[\w.~!$&'()*+,;=:@/?%-]{1,4000}$/;

const pageSchema = z.object({
  value: z.array(z.unknown()),
  nextLink: z.string().nullish(),
});

const itemSchema = z.looseObject({ content: z.unknown().optional() });

/**
 * Builds the calls that list the templates of a channel registration. They are made and approved at WhatsApp, not here.
 * Source: Azure Communication Services REST reference, list templates.
 */
export function createTemplates(
  settings: CallSettings,
  channelIds: readonly string[],
  secrets: readonly string[],
): TemplateSource {
  const { endpoint, api_version: version } = settings;
  const address = (owner: string) =>
    `${endpoint}/messages/channels/${encodeURIComponent(owner)}/templates`;
  return {
    owners: channelIds,
    list: (owner, cursor = `?api-version=${version}&maxPageSize=${PAGE}`) => ({
      method: "GET",
      url: `${address(owner)}${cursor}`,
      headers: {},
    }),
    readPage: (response, owner) => {
      if (response.status < 200 || response.status > 299) throw refusalOf(response, secrets);
      const page = pageSchema.safeParse(readJson(response.body)).data;
      if (page === undefined) throw unreadable("the answer is no list of templates");
      const next = page.nextLink ?? undefined;
      return {
        ...readTemplateItems(page.value, readItem),
        ...(next !== undefined && { next: cursorOf(next, address(owner)) }),
        restMs: 0,
      };
    },
  };
}

/** Azure's item holds WhatsApp's components as its content. */
function readItem(raw: unknown): ProviderTemplate | undefined {
  const item = itemSchema.safeParse(raw).data;
  return item && readTemplateItem({ ...item, components: item.content });
}

/** What a link to the next page adds to the address we know. A link to any other place is not followed. */
function cursorOf(link: string, address: string): string {
  const next = URL.parse(link, address);
  const here = new URL(address);
  const isHere =
    next?.origin === here.origin && next.pathname.toLowerCase() === here.pathname.toLowerCase();
  if (next === null || !isHere || !QUERY.test(next.search))
    throw unreadable("the list of templates goes on at another address");
  return next.search;
}

function unreadable(detail: string): BridgeError {
  return new BridgeError("channel_unreadable", detail);
}
