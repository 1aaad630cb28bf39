import type { Channel } from "../../channels/channel.ts";
import { evolution } from "../../channels/evolution/index.ts";
import type { Address } from "../../messages.ts";
import { openLines } from "../../simulator/lines/index.ts";
import type { LineName } from "../../simulator/names.ts";

/** What a response is rendered on. Evolution is there in both of its versions: they differ in what they take. */
export const LINT_CHANNELS = [
  "cloud",
  "serpro",
  "acs",
  "sms",
  "evolution",
  "evolution-v1",
] as const;

export type LintChannelName = (typeof LINT_CHANNELS)[number];

/** A channel with made-up settings: nothing is ever called. */
export interface LintChannel {
  readonly name: LintChannelName;
  readonly type: string;
  /** Names by which a response file may know it. */
  readonly names: readonly string[];
  readonly channel: Channel;
  readonly to: Address;
}

/** The simulated line that a channel is the same as. */
const LINES: Readonly<Record<LintChannelName, LineName>> = {
  cloud: "simulator",
  serpro: "simulator-serpro",
  acs: "simulator-acs",
  sms: "simulator-sms",
  evolution: "simulator-evolution",
  "evolution-v1": "simulator-evolution",
};

/** Nobody's number: an area of Brazil that does not exist. */
const NOBODY = "5500900000000";

/** Opens the channels of these names as the simulator does. */
export function openLintChannels(names: readonly LintChannelName[]): readonly LintChannel[] {
  const lines = openLines("made up, and never sent anywhere");
  return names.flatMap((name) => {
    const open = lines.get(LINES[name]);
    if (open === undefined) return [];
    const { module, settings } = open.line;
    const channel =
      name === "evolution-v1"
        ? evolution.configure({ ...settings, api_version: "v1" })
        : open.channel.channel;
    const [account = ""] = channel.accounts;
    const to = { account, identities: [{ kind: "phone", value: NOBODY }] } as const;
    return [{ name, type: module.type, names: [module.type, module.defaultName], channel, to }];
  });
}
