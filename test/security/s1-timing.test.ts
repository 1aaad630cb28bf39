import { afterAll, describe, expect, test } from "@jest/globals";
import { createHmac } from "node:crypto";
import type { WebhookRequest } from "../../src/channels/channel.ts";
import { cloud } from "../../src/channels/cloud/index.ts";
import { isOneOf } from "../../src/channels/webhook-secret.ts";
import { RAW_SETTINGS } from "../channels/cloud/cloud-settings.ts";
import { tellFigures } from "./figures.ts";
import { SIZE } from "./size.ts";

/** Above it, two means differ for a reason. Source: ISO/IEC 17825, test vector leakage assessment. */
const LEAKS = 4.5;
const SAMPLES = SIZE.of(20_000, 0);
/** Share of the slowest samples that are not ours: interrupts, collections, other programs. */
const NOISE = 0.1;
/** Measured again where it seems to leak: what does leak does so every time. */
const TRIES = 3;

const channel = cloud.configure(RAW_SETTINGS);
const BODY = Buffer.from('{"object":"whatsapp_business_account","entry":[]}');
const genuine = createHmac("sha256", RAW_SETTINGS.app_secrets[0]).update(BODY).digest("hex");

/** A text that differs from a secret in its first or its last sign alone. */
const wrongAt = (secret: string, place: "first" | "last"): string => {
  const other = (sign: string) => (sign === "0" ? "1" : "0");
  return place === "first"
    ? `${other(secret.slice(0, 1))}${secret.slice(1)}`
    : `${secret.slice(0, -1)}${other(secret.slice(-1))}`;
};

const refuses = (work: () => unknown) => (): boolean => {
  try {
    return work() === false;
  } catch {
    return true;
  }
};

const bySignature = (signature: string): WebhookRequest => ({
  method: "POST",
  suffix: "",
  query: {},
  headers: { "x-hub-signature-256": `sha256=${signature}` },
  rawBody: BODY,
});
const byToken = (token: string): WebhookRequest => ({
  ...bySignature(""),
  method: "GET",
  query: { "hub.mode": "subscribe", "hub.verify_token": token, "hub.challenge": "1" },
});

/** A comparison that stops at the first difference: it has to be found out, or the measurement says nothing. */
function stopsEarly(given: string, secret: string): boolean {
  for (let at = 0; at < secret.length; at += 1)
    if (given.charCodeAt(at) !== secret.charCodeAt(at)) return false;
  return given.length === secret.length;
}

/** Welch's t of the times that two kinds of call take, in random order and without the slowest. */
function compare(first: () => boolean, last: () => boolean): number {
  const times: readonly [number[], number[]] = [[], []];
  for (let at = 0; at < SAMPLES * 2; at += 1) {
    const isFirst = Math.random() < 0.5;
    const work = isFirst ? first : last;
    const from = process.hrtime.bigint();
    const isRefused = work();
    const ns = Number(process.hrtime.bigint() - from);
    if (!isRefused) throw new Error("a wrong secret was taken for right");
    times[isFirst ? 0 : 1].push(ns);
  }
  const limit = times.flat().toSorted((a, b) => a - b)[Math.floor(SAMPLES * 2 * (1 - NOISE))] ?? 0;
  const [a, b] = times.map((one) => momentsOf(one.filter((ns) => ns <= limit)));
  if (a === undefined || b === undefined) return 0;
  return (a.mean - b.mean) / Math.sqrt(a.variance / a.count + b.variance / b.count);
}

function momentsOf(values: readonly number[]) {
  const count = values.length;
  const mean = values.reduce((sum, one) => sum + one, 0) / count;
  const variance = values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (count - 1);
  return { count, mean, variance };
}

/** The smallest |t| of a few measurements. */
function leastOf(first: () => boolean, last: () => boolean): number {
  let least = Infinity;
  for (let attempt = 0; attempt < TRIES && least >= LEAKS; attempt += 1)
    least = Math.min(least, Math.abs(compare(first, last)));
  return least;
}

const SECRET = "0f".repeat(128);
const SUBJECTS: readonly {
  readonly label: string;
  readonly call: (place: "first" | "last") => () => boolean;
}[] = [
  {
    label: "the signature of a webhook",
    call: (place) => {
      const request = bySignature(wrongAt(genuine, place));
      return refuses(() => channel.receive(request));
    },
  },
  {
    label: "the verify token",
    call: (place) => {
      const request = byToken(wrongAt("verify-one", place));
      return refuses(() => channel.receive(request));
    },
  },
  {
    label: "a shared secret",
    call: (place) => {
      const given = wrongAt(SECRET, place);
      return refuses(() => isOneOf(given, [SECRET]));
    },
  },
];

const told: string[] = [];
afterAll(() => {
  if (SIZE.isShort) return;
  const tried = `${SAMPLES} refusals each of a secret wrong in its first and in its last sign, ${SUBJECTS.length} kinds of secret`;
  tellFigures({ control: "S1", tried, came: `|t| ${told.join(", ")} (limit ${LEAKS})` });
});

(SIZE.isShort ? describe.skip : describe)("the time of a refusal", () => {
  test("of a comparison that stops early is found out", () => {
    const [first, last] = [wrongAt(SECRET, "first"), wrongAt(SECRET, "last")];
    const t = leastOf(
      () => !stopsEarly(first, SECRET),
      () => !stopsEarly(last, SECRET),
    );
    told.push(`${t.toFixed(0)} of one that stops early`);
    expect(t).toBeGreaterThan(LEAKS);
  }, 300_000);

  test.each(SUBJECTS)(
    "tells nothing of $label",
    ({ call }) => {
      const t = leastOf(call("first"), call("last"));
      told.push(t.toFixed(1));
      expect(t).toBeLessThan(LEAKS);
    },
    300_000,
  );
});
