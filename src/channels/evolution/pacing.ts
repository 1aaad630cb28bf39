import type { SendLimits } from "../channel.ts";
import { integrationOf, type EvolutionSettings, type Integration } from "./settings.ts";
import { WINDOW_MS } from "../whatsapp/window.ts";

/** How fast a channel sends. WhatsApp bans paired phones that write like machines, so one such instance slows all. */
export function createLimits(settings: EvolutionSettings): SendLimits {
  const limits = {
    accountPerSecond: settings.messages_per_second,
    pair: { burst: settings.pair_burst, refillMs: settings.pair_refill_ms },
  };
  if (!integrationsOf(settings).includes("baileys")) return limits;
  const { gap_min_ms: from, gap_max_ms: to, per_day: perDay, hours } = settings;
  return {
    ...limits,
    lane: {
      gapMs: [from, to],
      ...(perDay !== undefined && { perDay }),
      ...(hours !== undefined && { hours: { ...hours, timeZone: settings.hours_time_zone } }),
    },
  };
}

/** Only Meta's API has a window; beside a paired phone, its refusals tell when it is closed. */
export function windowOf(settings: EvolutionSettings): { readonly windowMs?: number } {
  const isMeta = integrationsOf(settings).every((one) => one === "business");
  return isMeta ? { windowMs: WINDOW_MS } : {};
}

function integrationsOf(settings: EvolutionSettings): Integration[] {
  return settings.instances.map((instance) => integrationOf(settings, instance));
}
