import type { Channel } from "../../channels/channel.ts";
import type { Queryable } from "../../db/driver.ts";

/** A configured channel as the API shows it. */
export interface ApiChannel {
  readonly type: string;
  readonly channel: Pick<Channel, "accounts" | "delivery" | "windowMs">;
}

/** The languages of hints, as BCP 47 tags. */
export const LANGUAGES = ["en", "pt-BR"] as const;

export type Language = (typeof LANGUAGES)[number];

/** What came of sending a stored webhook through the pipeline again. */
export interface EventReplay {
  readonly state: "stored" | "quarantined";
  /** Why it was put aside again; null unless it was. */
  readonly reason: string | null;
  /** Events found in it, those known from before among them. */
  readonly eventCount: number;
}

/** What the API needs from the rest of the bridge. */
export interface ApiDependencies {
  readonly db: Queryable;
  /** The key callers present as `Authorization: Bearer`; must not be empty. */
  readonly adminKey: string;
  /** The configured channels by name. */
  readonly channels: ReadonlyMap<string, ApiChannel>;
  /** The address the providers reach us at, without a trailing slash; undefined where none is configured. */
  readonly publicUrl: string | undefined;
  /** The version of the program, for the OpenAPI document. */
  readonly version: string;
  /** What an operator can do about a provider's error code; undefined where nothing is known. */
  readonly hint: (channelType: string, code: string, language: Language) => string | undefined;
  /** Sends a stored webhook through the pipeline again; throws `request_not_found` and `store_*`. */
  readonly replayEvent: (id: string) => Promise<EventReplay>;
  /** Values that must not leave the bridge, wherever they occur. */
  readonly secrets: readonly string[];
}
