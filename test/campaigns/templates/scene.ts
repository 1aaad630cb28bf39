import { cloud } from "../../../src/channels/cloud/index.ts";
import type { Channel } from "../../../src/channels/channel.ts";
import type { Database } from "../../../src/db/driver.ts";
import { readTemplates, TEMPLATE_COLUMNS } from "../../../src/db/templates.ts";
import { createHttp } from "../../../src/http/client.ts";
import { RAW_SETTINGS } from "../../channels/cloud/cloud-settings.ts";
import type { GraphTemplate } from "../../standins/graph-template-rules.ts";
import { startGraph } from "../../standins/graph.ts";
import { TRIAL_BUSINESS_ACCOUNT, TRIAL_TEMPLATES } from "../../standins/trial-templates.ts";

/** A channel `whatsapp` whose provider is the stand-in, and a channel `rest` that has no templates. */
export async function startScene(
  db: Database,
  known: readonly GraphTemplate[] = TRIAL_TEMPLATES,
  timeoutMs?: number,
) {
  const graph = await startGraph({
    token: RAW_SETTINGS.access_token,
    appSecret: RAW_SETTINGS.app_secrets[0],
    phoneNumberIds: RAW_SETTINGS.phone_number_ids,
    templates: { businessAccount: TRIAL_BUSINESS_ACCOUNT, known },
  });
  const { http: plain, stream, close } = createHttp();
  const http: typeof plain = (request, options) =>
    plain(request, { ...options, timeoutMs: timeoutMs ?? options.timeoutMs });
  const cache = { get: () => Promise.resolve(undefined), set: () => Promise.resolve() };
  const channel = cloud.configure({
    ...RAW_SETTINGS,
    graph_url: graph.url,
    business_account_id: TRIAL_BUSINESS_ACCOUNT,
  });
  const { templates: _templates, ...without } = channel;
  const channels = new Map<string, { readonly channel: Channel }>([
    ["whatsapp", { channel }],
    ["rest", { channel: without }],
  ]);
  return {
    graph,
    shelf: graph.shelf,
    deps: { db, channels, tools: { http, stream, cache, now: () => new Date() } },
    close: async () => {
      close();
      await graph.close();
    },
  };
}

export type TemplateScene = Awaited<ReturnType<typeof startScene>>;

export const emptyTemplates = (db: Database): Promise<void> =>
  db.script(
    "delete from templates; delete from template_syncs; delete from account_notices; delete from campaigns;",
  );

/** Lets the last listing have been so many milliseconds ago. */
export async function ageSync(db: Database, ms: number): Promise<void> {
  await db.query(
    `update template_syncs set started_at = started_at - $1::float8 * interval '1 millisecond',
       listed_at = listed_at - $1::float8 * interval '1 millisecond',
       rest_until = rest_until - $1::float8 * interval '1 millisecond'`,
    [ms],
  );
}

export async function rowsOf(db: Database, name: string) {
  return readTemplates(
    await db.query(
      `select ${TEMPLATE_COLUMNS} from templates where name = $1::text order by channel, language`,
      [name],
    ),
  );
}
