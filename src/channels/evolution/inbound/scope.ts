import type { ChannelEvent } from "../../../messages.ts";
import type { Clock } from "./clock.ts";
import type { EvolutionSettings, Integration } from "../settings.ts";

/** What the items of one webhook share. */
export interface Scope {
  readonly account: string;
  readonly settings: EvolutionSettings;
  readonly integration: Integration;
  readonly clock: Clock;
}

/** Something that is kept and counted, and means nothing to us. */
export function putAside({ account }: Scope, what: string): ChannelEvent {
  return { kind: "unsupported", account, what };
}
