import type { Config } from "../../config.ts";
import { simulatorMode } from "../../config/simulator.ts";

/** What works as things are, and what stands between them and a real number. */
export interface Outlook {
  readonly works: readonly string[];
  readonly missing: readonly string[];
}

/** Says what somebody can do who has configured no provider. Undefined where there is one: then the checks say it all. */
export function outlookOf(config: Config, url: string): Outlook | undefined {
  const channels = [...config.channels.values()];
  if (channels.some(({ channel }) => channel.registration !== undefined)) return undefined;
  const isSimulated = simulatorMode(config.simulator, channels) !== undefined;
  const isServed = config.channels.has("rest");
  return {
    works: [
      ...(isSimulated ? [`the phone simulator: ${url}/simulator, once \`ponte start\` runs`] : []),
      ...(isServed
        ? [
            `the REST channel: curl ${url}/webhooks/rest/webhook -d '{"sender":"me","message":"oi"}'`,
          ]
        : []),
      `answers by ${config.answers.chain.join(", then ")}`,
    ],
    missing: [
      "a provider of WhatsApp: `ponte init --provider cloud` (Meta), serpro, acs or evolution, and what it asks for in .env",
      ...(config.server.publicUrl === undefined
        ? ["an https address that the provider reaches: PUBLIC_URL (for a trial: ngrok http 5006)"]
        : []),
      "the webhook at the provider: `ponte webhook register`, then `ponte doctor` once more",
    ],
  };
}

/** The outlook as text. */
export function outlookText({ works, missing }: Outlook): string {
  return [
    "What works now:",
    ...works.map((line) => `  - ${line}`),
    "What stands between this and a real number:",
    ...missing.map((line, index) => `  ${index + 1}. ${line}`),
  ].join("\n");
}
