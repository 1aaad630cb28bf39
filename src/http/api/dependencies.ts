import type { BackendStanding } from "../../answers/standing.ts";
import type { Prices } from "../../campaigns/costs.ts";
import type { Sender } from "../../campaigns/send-message.ts";
import type { TemplateOffice } from "../../campaigns/templates/office.ts";
import type { Channel } from "../../channels/channel.ts";
import type { Pairing } from "../../channels/pairing-source.ts";
import type { ConfigProblem } from "../../config/problems.ts";
import type { Person } from "../../db/contacts.ts";
import type { Queryable } from "../../db/driver.ts";
import type { EraseContact } from "../../flow/erase-contact.ts";
import type { Trial, TrialResult } from "../../flow/try-backend.ts";
import type { Log } from "../../log.ts";
import type { LogLevels } from "../../log-level.ts";
import type { MediaStore } from "../../media/store.ts";
import type { Identity } from "../../messages.ts";
import type { Simulator } from "../../simulator/simulator.ts";
import type { RateLimitStoreFactory } from "../dependencies.ts";
import type { SessionTokens } from "../session-token.ts";
import type { ShownSettings } from "./settings.ts";
import type { StreamHub } from "./stream-hub.ts";

/** A configured channel as the API shows it. */
export interface ApiChannel {
  readonly type: string;
  /** Whose it is. */
  readonly tenant: string;
  readonly channel: Pick<
    Channel,
    "accounts" | "delivery" | "windowMs" | "limits" | "templates" | "pairing"
  >;
}

/** A configured backend as the API shows it. */
export interface ApiBackend extends BackendStanding {
  readonly type: string;
  readonly inChain: boolean;
}

/** The languages of hints, as BCP 47 tags. */
export const LANGUAGES = ["en", "pt-BR"] as const;

export type Language = (typeof LANGUAGES)[number];

/** What a provider said of an account just now. */
export interface AccountCheck {
  readonly account: string;
  readonly state: "connected" | "connecting" | "disconnected";
  readonly detail: string;
  readonly ms: number;
}

/** What came of sending a stored webhook through the pipeline again. */
export interface EventReplay {
  readonly state: "stored" | "quarantined";
  /** Why it was put aside again; null unless it was. */
  readonly reason: string | null;
  /** Events found in it, those known from before among them. */
  readonly eventCount: number;
}

/** What came of reading the configuration again. Names settings, never a value. */
export type ReloadReport =
  | {
      readonly outcome: "done";
      readonly changed: readonly string[];
      /** Settings that changed and stay as they were until a restart. */
      readonly needsRestart: readonly string[];
      /** What the operator should know although nothing is wrong. */
      readonly notices: readonly string[];
    }
  | { readonly outcome: "refused"; readonly problems: readonly ConfigProblem[] };

/** What can be done to the process that answers. */
export interface ProcessControl {
  /** Reads the configuration again, for somebody who is named in the audit log. Throws `store_*`, `request_conflict`. */
  readonly reload: (actor: string) => Promise<ReloadReport>;
  /** Undefined where the log is not the bridge's own. */
  readonly logLevels: LogLevels | undefined;
}

/** What the API needs from the rest of the bridge. */
export interface ApiDependencies {
  readonly db: Queryable;
  /** The key callers present as `Authorization: Bearer`; must not be empty. */
  readonly adminKey: string;
  /** The configured channels by name. */
  readonly channels: ReadonlyMap<string, ApiChannel>;
  /** The backends in the order they are asked, with how they fare in this process. */
  readonly backends: () => readonly ApiBackend[];
  /** The address the providers reach us at, without a trailing slash; undefined where none is configured. */
  readonly publicUrl: string | undefined;
  /** The version of the program, for the OpenAPI document. */
  readonly version: string;
  /** What an operator can do about a provider's error code; undefined where nothing is known. */
  readonly hint: (channelType: string, code: string, language: Language) => string | undefined;
  /** Asks the provider of a channel about its accounts; undefined where there is nobody to ask. Throws `store_*`. */
  readonly checkChannel: (name: string) => Promise<readonly AccountCheck[] | undefined>;
  /** Asks the provider for what a phone needs to be paired; undefined where nothing is paired. Throws `channel_*`. */
  readonly connectAccount: (name: string, account: string) => Promise<Pairing | undefined>;
  /** Asks one backend outside any conversation; undefined where none has this name. */
  readonly tryBackend: (name: string, trial: Trial) => Promise<TrialResult | undefined>;
  /** How this process is set up. */
  readonly settings: ShownSettings;
  /** Opens the bytes of a person's file by where they are kept. */
  readonly openFile: MediaStore["open"];
  /** Sends a stored webhook through the pipeline again; throws `request_not_found` and `store_*`. */
  readonly replayEvent: (id: string) => Promise<EventReplay>;
  /** Tells the provider behind a channel's name of an opt-out or its end, where it keeps a list of its own. Never fails. */
  readonly announceConsent: (
    channel: string,
    news: {
      readonly account: string;
      readonly identities: readonly Identity[];
      readonly optedOut: boolean;
    },
  ) => Promise<void>;
  /** Sends to one person what a caller asks for. */
  readonly sender: Pick<Sender, "prepare" | "send">;
  /** What can be done about templates at the providers. */
  readonly templates: TemplateOffice;
  /** Tells those who listen what happens. */
  readonly stream: StreamHub;
  /** What messages cost. */
  readonly costs: Prices;
  /** Calls a minute: of one key that has no limit of its own, and of one address that shows no valid key. */
  readonly perMinute: { readonly key: number; readonly address: number };
  readonly limits: RateLimitStoreFactory;
  readonly log: Pick<Log, "warn" | "error">;
  /** Recipients of one campaign at most. */
  readonly maxRecipients: number;
  /** Finds the contact of somebody on a channel, or makes one; returns its id. Throws `store_*`. */
  readonly resolveContact: (person: Person) => Promise<string>;
  readonly eraseContact: EraseContact;
  /** The simulated lines; absent where they are switched off. */
  readonly simulator?: Simulator | undefined;
  /** Makes and reads what a browser's session is carried in. */
  readonly sessions: SessionTokens;
  readonly control: ProcessControl;
  /** Values that must not leave the bridge, wherever they occur. */
  readonly secrets: readonly string[];
}
