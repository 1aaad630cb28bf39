import { describe, expect, test } from "@jest/globals";
import { CHANNEL_MODULES } from "../../src/channels/index.ts";
import type { Channel, ChannelModule } from "../../src/channels/channel.ts";
import type { Address } from "../../src/messages.ts";
import { ACS_SAMPLE } from "./acs/sample.ts";
import { RAW_SETTINGS } from "./cloud/cloud-settings.ts";
import { SAMPLE as EVOLUTION_SAMPLE } from "./evolution/sample.ts";
import { SERPRO_SAMPLE } from "./serpro/sample.ts";
import { SMS_SAMPLE } from "./sms/sample.ts";
import { validatePayload } from "./whatsapp/validate-payload.ts";

/** What the suite must be told of a channel that calls its provider. */
interface Sample {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly to: Address;
  /** Lists what the provider would refuse in a payload. */
  readonly problemsOf: (payload: unknown) => readonly string[];
}

const SAMPLES: Readonly<Record<string, Sample>> = {
  acs: ACS_SAMPLE,
  "acs-connect": ACS_SAMPLE,
  cloud: {
    settings: RAW_SETTINGS,
    to: { account: "810000000000001", identities: [{ kind: "phone", value: "556191234567" }] },
    problemsOf: validatePayload,
  },
  evolution: EVOLUTION_SAMPLE,
  serpro: SERPRO_SAMPLE,
  sms: SMS_SAMPLE,
};

/** A channel that waits for its callers needs no settings, so it shows what it is without any. */
function isCollecting(module: ChannelModule): boolean {
  try {
    return module.configure({}).delivery === "collect";
  } catch {
    return false;
  }
}

/** Channels that only listen; what they are is shown in their own suites. */
const LISTENING = ["callback"];

const PUSHING = CHANNEL_MODULES.filter(
  (module) => !isCollecting(module) && !LISTENING.includes(module.type),
);

test("every channel has a type and a name of its own", () => {
  const types = CHANNEL_MODULES.map(({ type }) => type);
  const names = CHANNEL_MODULES.map(({ defaultName }) => defaultName);
  expect(new Set(types).size).toBe(types.length);
  expect(new Set(names).size).toBe(names.length);
});

test("every channel that calls its provider has a sample here", () => {
  expect(PUSHING.map(({ type }) => type).toSorted()).toStrictEqual(Object.keys(SAMPLES).toSorted());
});

describe.each(PUSHING)("the channel $type", (module) => {
  const sample = sampleOf(module.type);
  const channel = module.configure(sample.settings);
  const secretSettings = module.variables.filter(({ secret }) => secret === true);

  test("refuses empty settings", () => {
    expect(() => module.configure({})).toThrow(expect.objectContaining({ name: "ZodError" }));
  });

  test.each(["", "{}", "[]", "{"])("refuses the unsigned body %j", (body) => {
    const rawBody = Buffer.from(body);
    const request = { method: "POST", suffix: "", headers: {}, query: {}, rawBody };
    expect(() => channel.receive(request)).toThrow(
      expect.objectContaining({ code: "webhook_forged" }),
    );
  });

  test("refuses to register a webhook for anybody", () => {
    const rawBody = Buffer.alloc(0);
    const request = { method: "GET", suffix: "", headers: {}, query: {}, rawBody };
    expect(() => channel.receive(request)).toThrow(
      expect.objectContaining({ code: "webhook_unverified" }),
    );
  });

  test("lists every secret of its settings", () => {
    const values = secretSettings
      .flatMap(({ setting }) => sample.settings[setting])
      .map((value) => String(value));
    expect(values.length).toBeGreaterThan(0);
    expect([...channel.secrets].toSorted()).toStrictEqual(values.toSorted());
  });

  test("renders a plain text to one payload, without notes", () => {
    const rendering = channel.render({ text: "Olá" }, sample.to);
    expect(rendering.messages).toHaveLength(1);
    expect(rendering.messages[0]?.text).toBe("Olá");
    expect(rendering.messages[0]?.notes).toStrictEqual([]);
    expect(rendering.notes).toStrictEqual([]);
  });

  test.each(Array.from({ length: 31 }, (_, count) => count))(
    "stays within the provider's limits with %i buttons",
    (count) => {
      const payloads = renderButtons(channel, sample.to, count);
      expect(payloads.length).toBeGreaterThan(0);
      expect(payloads.flatMap((payload) => sample.problemsOf(payload))).toStrictEqual([]);
    },
  );

  test("keeps its secrets out of what it renders", () => {
    const rendered = JSON.stringify(channel.render({ text: "Olá" }, sample.to));
    expect(channel.secrets.filter((secret) => rendered.includes(secret))).toStrictEqual([]);
  });
});

function sampleOf(type: string): Sample {
  const sample = SAMPLES[type];
  if (sample === undefined) throw new Error(`add a sample for the channel ${type}`);
  return sample;
}

function renderButtons(channel: Channel, to: Address, count: number): unknown[] {
  const buttons = Array.from({ length: count }, (_, index) => ({
    title: `Escolha número ${String(index)}${"!".repeat(index)}`,
    payload: `/escolha{"número":${String(index)}}${"x".repeat(index * 20)}`,
  }));
  const rendering = channel.render({ text: "Escolha:", buttons }, to);
  return rendering.messages.map(({ payload }) => payload);
}
