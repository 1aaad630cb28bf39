import type { AccountState } from "../messages.ts";
import type { HttpRequest, HttpResponse } from "../transport.ts";

/** What a phone needs to be paired with an account; all undefined where it is paired already. */
export interface Pairing extends Pick<AccountState, "state"> {
  /** A picture of the code to be scanned: a `data:` URL of a PNG. */
  readonly qr?: string;
  /** The text of that picture. */
  readonly code?: string;
  /** What can be typed into the phone instead. */
  readonly pairingCode?: string;
}

/** The call that has an account paired with a phone. What it is answered is a login secret. */
export interface PairingSource {
  /** Whether the account is one that a phone is paired with. */
  readonly isFor: (account: string) => boolean;
  readonly request: (account: string) => HttpRequest;
  /** Throws `channel_*` where the answer is not what it should be. */
  readonly read: (response: HttpResponse) => Pairing;
}
