import { createHmac } from "node:crypto";
import { z } from "zod";
import { cloud } from "../../src/channels/cloud/index.ts";
import { hasServer } from "../database.ts";
import { ACCOUNT, SECRETS } from "../e2e/world.ts";
import { textWebhook } from "../standins/graph-webhooks.ts";
import type { Fault, FaultFigures, Mark, Size } from "./fault.ts";
import { timed } from "./marks.ts";
import { openScene, type Scene } from "./scene.ts";
import { processMs } from "./process-time.ts";
import { createCalls } from "./t10-calls.ts";

const AT_ONCE = 32;

const hasDatabase = await hasServer();

const counted = z.tuple([z.object({ events: z.number(), inbox: z.number() })]);

const sign = (body: Buffer, secret: string): string =>
  `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;

/** The body that a call brings, and the header that is to pass for its signature; undefined for none. */
interface Forgery {
  readonly body: Buffer;
  readonly signature: string | undefined;
}

type Forge = (body: Buffer, genuine: string) => Forgery;

const FORGERIES: Readonly<Record<string, Forge>> = {
  "no signature": (body) => ({ body, signature: undefined }),
  "an empty one": (body) => ({ body, signature: "" }),
  "a truncated one": (body, genuine) => ({ body, signature: genuine.slice(0, -1) }),
  "one in capitals": (body, genuine) => ({
    body,
    signature: `sha256=${genuine.slice(7).toUpperCase()}`,
  }),
  "another secret's": (body) => ({ body, signature: sign(body, `${SECRETS.appSecret}x`) }),
  "one without a secret": (body) => ({ body, signature: sign(body, "") }),
  "the verification token's": (body) => ({ body, signature: sign(body, SECRETS.verifyToken) }),
  "a body changed by a byte": (body, signature) => {
    const changed = Buffer.from(body);
    changed[changed.length - 3] = (changed[changed.length - 3] ?? 0) ^ 1;
    return { body: changed, signature };
  },
  // The provider escapes its JSON in a way of its own: whoever signs what was parsed and written again signs another body.
  "one of the body written again": (body) => {
    const parsed: unknown = JSON.parse(body.toString("utf8"));
    return { body, signature: sign(Buffer.from(JSON.stringify(parsed)), SECRETS.appSecret) };
  },
};

function forgedCall(scene: Scene, forge: Forge, n: number) {
  const inbound = { account: ACCOUNT, from: "5561955550001", id: `wamid.forged-${String(n)}` };
  const webhook = textWebhook({ ...inbound, text: `não é de ninguém ${String(n)}/é` });
  const { rawBody, headers } = scene.world.graph.signedWebhook(webhook);
  const { body, signature } = forge(rawBody, headers["x-hub-signature-256"] ?? "");
  return {
    body,
    headers: {
      "content-type": "application/json",
      ...(signature !== undefined && { "x-hub-signature-256": signature }),
    },
  };
}

/** Sends one kind of forgery so many times; resolves with how often each status was the answer. */
async function attack(
  scene: Scene,
  forge: Forge,
  count: number,
): Promise<ReadonlyMap<number, number>> {
  const calls = createCalls(AT_ONCE);
  const url = `${scene.world.bridge().url}/webhooks/whatsapp/webhook`;
  const answers = new Map<number, number>();
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < count) {
      const { headers, body } = forgedCall(scene, forge, (next += 1));
      const { status } = await calls.post(url, headers, body);
      answers.set(status, (answers.get(status) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  calls.close();
  return answers;
}

const DEEP = Buffer.from("[".repeat(300_000) + "]".repeat(300_000));

/** Milliseconds of this thread's time that a channel takes for a call; the mean of some. */
function readingMs(signature: string, body: Buffer, times: number): number {
  const channel = cloud.configure({
    access_token: SECRETS.token,
    verify_tokens: [SECRETS.verifyToken],
    phone_number_ids: [ACCOUNT],
    app_secrets: [SECRETS.appSecret],
  });
  const headers = { "x-hub-signature-256": signature };
  const call = { method: "POST", suffix: "", headers, query: {}, rawBody: body };
  const began = process.threadCpuUsage();
  for (let time = 0; time < times; time += 1) {
    try {
      channel.receive(call);
    } catch {
      // Refused, as it has to be.
    }
  }
  const { user, system } = process.threadCpuUsage(began);
  return (user + system) / 1_000 / times;
}

/** A forger must not get us to parse: it takes many times as long as refusing. */
function parsingMark(size: Size): Mark {
  const times = size.of(200, 20);
  const genuine = readingMs(sign(DEEP, SECRETS.appSecret), DEEP, times);
  const refused = readingMs(sign(DEEP, "another"), DEEP, times);
  return {
    text: `refused before it is parsed: 600 kB of brackets cost ${refused.toFixed(1)} ms forged, ${genuine.toFixed(1)} ms genuine`,
    isMet: refused < genuine / 2,
  };
}

/** Sends calls that look genuine and are not. */
async function run(size: Size): Promise<FaultFigures> {
  const scene = await openScene({ takesOnly: true, env: { LOG_LEVEL: "debug" } });
  try {
    const each = size.of(10_000, 40);
    const bridge = scene.world.bridge();
    const before = { ms: processMs(bridge.pid), at: performance.now() };
    const outcomes: { readonly kind: string; readonly answers: ReadonlyMap<number, number> }[] = [];
    for (const [kind, forge] of Object.entries(FORGERIES))
      outcomes.push({ kind, answers: await attack(scene, forge, each) });
    const total = each * outcomes.length;
    const usedUs = ((processMs(bridge.pid) - before.ms) * 1_000) / total;
    const perSecond = (total * 1_000) / (performance.now() - before.at);
    const [rows] = counted.parse(
      await scene.db.query(
        "select (select count(*)::int from webhook_events) as events, (select count(*)::int from inbox) as inbox",
      ),
    );
    const shown = ["não é de ninguém", "5561955550001", ...Object.values(SECRETS)].filter((word) =>
      bridge.output().includes(word),
    );
    const wrong = outcomes.filter(({ answers }) => answers.get(401) !== each);
    const small = Buffer.from(
      JSON.stringify(textWebhook({ account: ACCOUNT, from: "1", id: "1", text: "1" })),
    );
    const alone = readingMs(sign(small, "another"), small, size.of(20_000, 500));
    return {
      rounds: outcomes.length,
      acknowledged: 0,
      lost: 0,
      duplicated: 0,
      outOfOrder: 0,
      marks: [
        {
          text: `each of ${each} of a kind is answered 401${wrong.map(({ kind }) => `, but not ${kind}`).join("")}`,
          isMet: wrong.length === 0,
        },
        { text: "0 rows", isMet: rows.events === 0 && rows.inbox === 0 },
        parsingMark(size),
        {
          text: "no secret, number or text of a forged call in the log",
          isMet: shown.length === 0,
        },
        ...timed(size, {
          text: `the channel refuses 30,000 a second of processor time: it takes ${(alone * 1_000).toFixed(1)} µs each`,
          isMet: alone * 1_000 < 1_000_000 / 30_000,
        }),
      ],
      notes: [
        `kinds: ${Object.keys(FORGERIES).join("; ")}`,
        `the whole process took ${Math.round(usedUs)} µs of processor time for each, log line included; ${Math.round(perSecond)}/s with the sender on the same cores`,
      ],
    };
  } finally {
    await scene.close();
  }
}

export const FORGED: Fault = {
  id: "T19",
  title: "forged, missing and damaged signatures",
  missing: () => (hasDatabase ? undefined : "there is no PostgreSQL server"),
  run,
};
