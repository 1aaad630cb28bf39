import type { TemplateDraft, TemplateSource } from "../../channels/template-source.ts";
import type { Channel } from "../../channels/channel.ts";
import { listCampaignsWith } from "../../db/template-use.ts";
import { markDeleted, saveCreated } from "../../db/template-listing.ts";
import { markStale } from "../../db/template-syncs.ts";
import type { TemplateRow } from "../../db/templates.ts";
import { BridgeError } from "../../errors.ts";
import { callProvider } from "../../flow/call.ts";
import { checkDraft } from "./draft.ts";
import { nameFailure, type SyncDependencies, type SyncResult, syncTemplates } from "./sync.ts";

/** What an operator may have done about templates at a provider. */
export interface TemplateOffice {
  /** Never throws for what a provider refuses; see `SyncResult`. */
  readonly sync: (channel: string, options: { readonly insist: boolean }) => Promise<SyncResult>;
  /** Names of the channels that have templates of their own. */
  readonly channels: () => readonly string[];
  /** Hands a template in for review. Throws `request_invalid`, `request_conflict`, `channel_*` and `store_*`. */
  readonly create: (channel: string, draft: TemplateDraft) => Promise<TemplateRow>;
  /** Removes one language of a template. Throws `request_conflict`, `channel_*` and `store_*`. */
  readonly remove: (row: TemplateRow) => Promise<void>;
}

const TIMEOUT_MS = 20_000;

/** Builds what the API offers about templates. */
export function createTemplateOffice(deps: SyncDependencies): TemplateOffice {
  return {
    sync: (channel, options) => syncTemplates(deps, channel, options),
    channels: () =>
      [...deps.channels].flatMap(([name, { channel }]) =>
        channel.templates === undefined ? [] : [name],
      ),
    create: (channel, draft) => create(deps, channel, draft),
    remove: (row) => remove(deps, row),
  };
}

async function create(
  deps: SyncDependencies,
  name: string,
  draft: TemplateDraft,
): Promise<TemplateRow> {
  const { channel, part } = partOf(deps, name, "create");
  const problems = checkDraft(draft);
  if (problems.length > 0) throw new BridgeError("request_invalid", problems.join(" "));
  const answer = await ask(deps, channel, name, part.request(draft));
  const { externalId, status, category } = part.read(answer);
  const made = {
    ...draft,
    externalId,
    status: status.toUpperCase(),
    category: category ?? draft.category,
    quality: null,
    reason: null,
  };
  const row = await saveCreated(deps.db, name, made);
  if (row === undefined) throw new Error("a template that was stored is not there");
  return row;
}

async function remove(deps: SyncDependencies, row: TemplateRow): Promise<void> {
  const { channel, part } = partOf(deps, row.channel, "remove");
  if (row.gone_at !== null) return;
  const { name, external_id: externalId } = row;
  // Without the provider's id the call would remove every language of the name.
  if (externalId === null)
    throw new BridgeError("request_conflict", "the provider's id of it is not known: sync first");
  const [user] = await listCampaignsWith(deps.db, row);
  if (user !== undefined)
    throw new BridgeError(
      "request_conflict",
      `the campaign ${user} is to send it: cancel that first`,
    );
  part.read(await ask(deps, channel, row.channel, part.request({ name, externalId })));
  await markDeleted(deps.db, row.id);
}

/** Makes a call that changes something. Where no answer came, only a listing tells what became of it. */
async function ask(
  { db, tools }: SyncDependencies,
  channel: Channel,
  name: string,
  request: Parameters<typeof callProvider>[1],
) {
  try {
    return await callProvider(channel, request, tools, { timeoutMs: TIMEOUT_MS });
  } catch (thrown) {
    const error = nameFailure(thrown);
    await markStale(db, name);
    throw error;
  }
}

function partOf<Part extends "create" | "remove">(
  { channels }: SyncDependencies,
  name: string,
  what: Part,
): { readonly channel: Channel; readonly part: NonNullable<TemplateSource[Part]> } {
  const channel = channels.get(name)?.channel;
  const part: TemplateSource[Part] | undefined = channel?.templates?.[what];
  if (channel === undefined || part === undefined) {
    const detail = `templates of this channel cannot be ${what}d here: that is done at the provider`;
    throw new BridgeError("request_conflict", detail);
  }
  return { channel, part };
}
