import type { Config } from "./config.ts";
import type { ShownSettings } from "./http/api/settings.ts";

/** An address may carry the login of a proxy in front of us. */
const withoutLogin = (url: string) => url.replace(/(:\/\/)[^/?#\s]*@/g, "$1");

/** Describes a configuration for the people who run it: no secret, no address of a store, nobody's number. */
export function showSettings(
  config: Config,
  { storage, version }: Pick<ShownSettings, "storage" | "version">,
): ShownSettings {
  const { answers, campaigns, costs, media, retention, server } = config;
  return {
    version,
    storage,
    role: server.role,
    public_url: server.publicUrl === undefined ? null : withoutLogin(server.publicUrl),
    chain: [...answers.chain],
    languages: { default: answers.language, replies: Object.keys(answers.staticReplies) },
    retention: {
      raw_webhooks_days: retention.rawWebhooksDays,
      inbox_days: retention.inboxDays,
      parked_days: retention.parkedDays,
      history_days: retention.historyDays,
      media_days: retention.mediaDays,
    },
    media: {
      enabled: media.enabled,
      store: media.s3Bucket === undefined ? "disk" : "s3",
      max_bytes: media.maxBytes,
      url_ttl_ms: media.urlTtlMs,
      refused_types: [...media.refusedTypes],
    },
    campaigns: {
      max_recipients: campaigns.maxRecipients,
      bulk_share: campaigns.bulkShare,
      error_rate: campaigns.errorRate,
      error_sample: campaigns.errorSample,
      error_window_ms: campaigns.errorWindowMs,
      currency: costs.currency,
    },
    notices: [...config.notices],
    channels: [...config.channels.keys()].toSorted(),
  };
}
