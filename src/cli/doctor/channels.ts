import type { ConfiguredChannel } from "../../config/modules.ts";
import type {
  Finding,
  RegisteredWebhook,
  WebhookDesk,
} from "../../channels/webhook-registration.ts";
import { probeChannel, type ProbeResult } from "../../flow/probe.ts";
import { changeDesk, inspect, readDesk } from "../../flow/webhook-desk.ts";
import { shownAddress, wantedAddress } from "../webhook/address.ts";
import { askHandshake } from "../webhook/verify.ts";
import { type Examination, failureOf, type Found } from "./check.ts";
import type { Scene } from "./scene.ts";

const IF_SILENT = "does a firewall or proxy keep this machine from the provider?";

/** Every channel that has a provider. */
export function channels(scene: Scene): readonly Examination[] {
  return [...scene.config.channels.values()].flatMap((one) => channelChecks(scene, one));
}

function channelChecks(scene: Scene, configured: ConfiguredChannel): readonly Examination[] {
  const { name, channel } = configured;
  const area = `channel ${name}`;
  const inspections = (channel.inspections ?? []).map((one) => {
    const found = once(() => inspect(channel, one, scene.tools));
    const look = (): Promise<Found> => found().then(withoutApp, providerFailure);
    return { found, examination: { area, name: one.name, ifSilent: IF_SILENT, look } };
  });
  const knowsApp = async (): Promise<string | undefined> => {
    if (scene.appId !== undefined) return scene.appId;
    const all = await Promise.allSettled(inspections.map(({ found }) => found()));
    return all
      .map((one) => (one.status === "fulfilled" ? one.value.appId : undefined))
      .find((id) => id !== undefined);
  };
  return [
    ...inspections.map(({ examination }) => examination),
    ...accounts(scene, configured, area),
    ...registration(scene, configured, { area, knowsApp }),
    ...handshake(scene, configured, area),
  ];
}

function once<Result>(work: () => Promise<Result>): () => Promise<Result> {
  let started: Promise<Result> | undefined;
  return () => (started ??= work());
}

const withoutApp = ({ level, detail, fix }: Finding): Found => ({
  level,
  detail,
  ...(fix !== undefined && { fix }),
});

/** Accounts that no inspection tells of already. */
function accounts(
  { tools }: Scene,
  { channel }: ConfiguredChannel,
  area: string,
): readonly Examination[] {
  const isTold = (channel.inspections ?? []).some(({ name }) => name.startsWith("number "));
  if (channel.probe === undefined || isTold) return [];
  return [
    {
      area,
      name: "account",
      ifSilent: IF_SILENT,
      look: async () => ((await probeChannel(channel, tools)) ?? []).map(judgeAccount),
    },
  ];
}

/** Judges what a provider says of one of our accounts. */
function judgeAccount({ account, state, detail }: ProbeResult): Found {
  const name = `account ${account}`;
  switch (state) {
    case "connected":
      return { name, level: "ok", detail: detail === "" ? "connected" : detail };
    case "connecting":
      return { name, level: "warn", detail: `connecting ${detail}`.trim(), fix: PAIR };
    case "disconnected":
      return {
        name,
        level: "fail",
        detail: detail === "" ? "not connected" : detail,
        fix: fixOf(detail),
      };
  }
}

const PAIR =
  "pair the phone: /admin, Channels, Pair, and scan the code with WhatsApp (linked devices)";

/** What to do where an account does not work. */
function fixOf(detail: string): string {
  if (detail === "") return PAIR;
  if (/no answer|channel_unavailable/.test(detail)) return OUT_OF_REACH;
  if (/channel_account_blocked|401|403/.test(detail)) return REFUSED;
  return "docs/errors.md explains the code; the provider's own status page may say more";
}

const OUT_OF_REACH = "is the provider's address right, and can this machine reach it?";
const REFUSED = "the credentials are refused: copy them anew from the provider";

/** A call to a provider that did not go well, with what to do about it. */
function providerFailure(thrown: unknown): Found {
  const failure = failureOf(thrown);
  return { fix: fixOf(failure.detail), ...failure };
}

interface Place {
  readonly area: string;
  readonly knowsApp: () => Promise<string | undefined>;
}

function registration(
  scene: Scene,
  configured: ConfiguredChannel,
  { area, knowsApp }: Place,
): readonly Examination[] {
  const { registration: known } = configured.channel;
  if (known === undefined) return [];
  return [
    {
      area,
      name: "webhook",
      ifSilent: IF_SILENT,
      look: async () => {
        if (known.byHand !== undefined) return byHand(configured.name);
        const desks = known.desks({ appId: await knowsApp() });
        if (desks.length === 0) return withoutDesk();
        return Promise.all(desks.map((desk) => lookAtDesk(scene, configured, desk)));
      },
    },
  ];
}

const byHand = (name: string): Found => ({
  level: "ok",
  detail: `Event Grid cannot be asked from here: \`ponte webhook register --channel ${name}\` prints the command for it`,
});

const withoutDesk = (): Found => ({
  level: "warn",
  detail: "what is registered at Meta cannot be seen without the business account id",
  fix: "set WHATSAPP_BUSINESS_ACCOUNT_ID (on the API setup page of your app)",
});

async function lookAtDesk(
  scene: Scene,
  configured: ConfiguredChannel,
  desk: WebhookDesk,
): Promise<Found> {
  const name = `webhook, ${desk.name}`;
  try {
    const found = await readDesk(configured.channel, desk, scene.tools);
    return { name, ...judgeDesk(scene, configured, desk, found) };
  } catch (error) {
    return { ...providerFailure(error), name };
  }
}

function judgeDesk(
  scene: Scene,
  configured: ConfiguredChannel,
  desk: WebhookDesk,
  found: readonly RegisteredWebhook[],
): Found {
  const { publicUrl } = scene.config.server;
  const { channel } = configured;
  const shown = found.map((one) => shownWebhook(one, channel.secrets)).join("; ");
  const wanted = publicUrl === undefined ? found[0]?.url : wantedAddress(publicUrl, configured);
  const wrong = desk.wrong(found, wanted ?? "");
  if (wrong === undefined) {
    if (publicUrl !== undefined || found.every(({ url }) => url === undefined))
      return { level: "ok", detail: shown };
    return {
      level: "warn",
      detail: `${shown}; whether that is ours is not known without PUBLIC_URL`,
    };
  }
  const detail = shown === "" ? wrong : `${wrong}: ${shown}`;
  const command = `\`ponte webhook register --channel ${configured.name}\``;
  if (publicUrl === undefined)
    return { level: "fail", detail, fix: `set PUBLIC_URL, then ${command}` };
  return {
    level: "fail",
    detail,
    fix: `${command}, or --fix`,
    repair: repairDesk(scene, configured, desk, { found, wanted: wanted ?? "", shown }),
  };
}

const shownWebhook = ({ url, id, about }: RegisteredWebhook, secrets: readonly string[]): string =>
  url === undefined
    ? [about, id].filter((part) => part !== undefined).join(" ")
    : shownAddress(url, secrets);

function repairDesk(
  { tools }: Scene,
  configured: ConfiguredChannel,
  desk: WebhookDesk,
  { found, wanted, shown }: { found: readonly RegisteredWebhook[]; wanted: string; shown: string },
) {
  const { channel } = configured;
  const ours = shownAddress(wanted, channel.secrets);
  const takesAway = found.some(({ url }) => url !== undefined && url !== wanted);
  return {
    what: `registers ${ours} at ${desk.name}`,
    ...(takesAway && {
      question: `${desk.name} has registered ${shown}. Register ${ours} there? Whoever gets the messages now may get none any more.`,
    }),
    run: async () => {
      const request = desk.register(wanted, desk.replaces(found, wanted));
      await changeDesk(channel, desk, request, tools);
    },
  };
}

/** Does what the provider does to see whether an address is ours. */
function handshake(
  { config, tools }: Scene,
  configured: ConfiguredChannel,
  area: string,
): readonly Examination[] {
  const { publicUrl } = config.server;
  const { registration: known } = configured.channel;
  if (publicUrl === undefined || known?.caller.handshake === undefined) return [];
  return [
    {
      area,
      name: "handshake",
      ifSilent: "is the tunnel or proxy up?",
      look: () => askHandshake(known.caller, wantedAddress(publicUrl, configured), tools),
    },
  ];
}
