import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { z } from "zod";
import type { BridgeProcess } from "../e2e/bridge-process.ts";
import {
  ACCOUNT,
  ADMIN_KEY,
  eventually,
  listQuickestDriver,
  SECRETS,
  startWorld,
  type World,
} from "../e2e/world.ts";
import { textWebhook } from "../standins/graph-webhooks.ts";
import { type Otlp, type SentSpan, startOtlp } from "../standins/otlp.ts";

/** What people say and are, and what nobody may know: none of it may be in a span. */
const PLANTED = {
  number: "5561991234567",
  name: "Ana Plantada",
  text: "texto-plantado",
  answer: "resposta-plantada",
  collectorKey: "collector-key-of-the-tests-0123456789",
} as const;

const KINDS = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 } as const;

const page = z.object({ data: z.array(z.record(z.string(), z.unknown())) });

describe.each(await listQuickestDriver())(
  "the traces of a conversation on $driver",
  ({ driver }) => {
    const isSplit = driver === "postgres";
    let otlp: Otlp;
    let world: World;
    let web: BridgeProcess;
    let worker: BridgeProcess;
    let spans: readonly SentSpan[];
    let measured: readonly string[];

    const read = async (externalId: string): Promise<unknown> => {
      const route = `/api/v1/messages?external_id=${encodeURIComponent(externalId)}`;
      const headers = { authorization: `Bearer ${ADMIN_KEY}` };
      const response = await fetch(`${web.url}${route}`, { headers });
      return page.parse(await response.json()).data[0]?.["status"];
    };
    const say = async (id: string, text: string): Promise<void> => {
      const { number: from, name } = PLANTED;
      const timestamp = Math.floor(Date.now() / 1_000);
      const body = textWebhook({ account: ACCOUNT, from, id, text, name, timestamp });
      expect(await world.post(body, web)).toBe(200);
    };
    const send = async (body: object): Promise<void> => {
      const traceparent = "00-11111111111111111111111111111111-2222222222222222-01";
      const response = await fetch(`${web.url}/api/v1/messages`, {
        method: "POST",
        headers: { authorization: `Bearer ${ADMIN_KEY}`, traceparent },
        body: JSON.stringify(body),
      });
      expect(response.status).toBe(202);
    };

    const named = (name: string): readonly SentSpan[] => spans.filter((span) => span.name === name);
    const childrenOf = (parent: SentSpan): readonly SentSpan[] =>
      spans.filter(
        ({ traceId, parentSpanId }) => traceId === parent.traceId && parentSpanId === parent.spanId,
      );
    /** The names of a span and of all that followed from it, as a tree. */
    const tree = (span: SentSpan): unknown =>
      Object.fromEntries([
        [
          span.name,
          childrenOf(span)
            .toSorted((a, b) => a.name.localeCompare(b.name))
            .map(tree),
        ],
      ]);
    beforeAll(async () => {
      otlp = await startOtlp({ headers: { "x-api-key": PLANTED.collectorKey } });
      world = await startWorld({
        driver,
        bot: () => [{ text: PLANTED.answer }],
        settings: {
          costs: { currency: "BRL", prices: { whatsapp: { service: 0.25 } } },
          // On a busy machine an answer takes long enough for a sign that it is being written, which is one more call.
          conversation: { typing: false, read_receipts: "off" },
        },
        env: {
          OTEL_EXPORTER_OTLP_ENDPOINT: otlp.url,
          OTEL_EXPORTER_OTLP_HEADERS: `x-api-key=${PLANTED.collectorKey}`,
          OTEL_RESOURCE_ATTRIBUTES: "deployment.environment.name=tests",
          LOG_LEVEL: "debug",
          ...(isSplit && { PONTE_ROLE: "web" }),
        },
      });
      web = world.bridge();
      worker = isSplit
        ? await world.startAnother({ PONTE_ROLE: "worker", OTEL_SERVICE_NAME: "ponte-worker" })
        : web;
      await say("wamid.traces.1", PLANTED.text);
      await eventually(() => world.graph.sent.length === 1);
      world.graph.script([{ kind: "error", status: 500, code: 131000, details: PLANTED.number }]);
      await send({ channel: "whatsapp", to: `+${PLANTED.number}`, text: PLANTED.text });
      await eventually(() => world.graph.sent.length === 2);
      world.rasa.script({ kind: "status", status: 500 });
      await say("wamid.traces.2", PLANTED.text);
      await eventually(() => world.graph.sent.length === 3);
      for (const { wamid } of world.graph.sent)
        await eventually(async () => (await read(wamid)) === "read");
      const headers = { authorization: `Bearer ${ADMIN_KEY}` };
      const scrape = await fetch(`${web.url}/metrics`, { headers });
      measured = (await scrape.text()).split("\n");
      // What waits goes out at the stop.
      expect(await web.stop("SIGTERM")).toBe(0);
      expect(await worker.stop("SIGTERM")).toBe(0);
      spans = otlp.spans();
    }, 120_000);

    afterAll(async () => {
      await world.close();
      await otlp.close();
    });

    test("the collector gets what the protocol says, with the operator's headers", () => {
      expect(otlp.faults()).toEqual([]);
      expect(spans.length).toBeGreaterThan(0);
    });

    test("a message is one trace from the webhook to the statuses of its answer", () => {
      const [root] = named("POST /webhooks/:name/webhook{/*suffix}").filter((span) =>
        childrenOf(span)
          .flatMap(childrenOf)
          .flatMap(childrenOf)
          .some(({ name, status }) => name === "ask rasa" && status.code !== 2),
      );
      if (root === undefined) throw new Error("no webhook was traced");
      const statuses = ["delivered", "read", "sent"].map((word) => ({ [`status ${word}`]: [] }));
      expect(tree(root)).toEqual({
        [root.name]: [
          {
            "store inbox": [
              {
                "answer inbox": [
                  { "ask rasa": [{ POST: [] }] },
                  { render: [] },
                  { "send whatsapp": expect.arrayContaining([{ POST: [] }]) },
                  ...statuses,
                ],
              },
            ],
          },
        ],
      });
    });

    test("the bot is told which span its call is", () => {
      const [turn] = world.rasa.turns;
      const [ask] = named("ask rasa");
      const [call] = ask === undefined ? [] : childrenOf(ask);
      expect(turn?.traceparent).toBe(`00-${call?.traceId}-${call?.spanId}-01`);
      expect(call).toMatchObject({ kind: KINDS.client });
    });

    test("a send by the API begins a trace of its own, with each try and the statuses", () => {
      const [root] = named("POST /api/v1/messages");
      expect(root).toMatchObject({
        kind: KINDS.server,
        attributes: { "http.response.status_code": 202 },
      });
      expect(root?.parentSpanId).toBeUndefined();
      const parts = root === undefined ? [] : childrenOf(root);
      const tries = parts.filter(({ name }) => name === "send whatsapp");
      expect(
        tries.map(({ attributes, status }) => [attributes["ponte.outcome"], status.code]),
      ).toEqual([
        ["refused", 2],
        ["sent", 0],
      ]);
      expect(tries[0]?.attributes["error.type"]).toMatch(/^channel_/);
      expect(parts.filter(({ name }) => name.startsWith("status "))).toHaveLength(3);
    });

    test("a trace that a caller names is not taken up", () => {
      expect(spans.filter(({ traceId }) => traceId.startsWith("1111"))).toEqual([]);
    });

    test("a backend that fails shows its code, and the turn goes on in the same trace", () => {
      const asked = named("ask rasa").filter(({ status }) => status.code === 2);
      expect(asked.map(({ attributes }) => attributes["error.type"])).toEqual(["answer_refused"]);
      const [first] = asked;
      const turn =
        first && named("answer inbox").find(({ spanId }) => spanId === first.parentSpanId);
      expect(turn && childrenOf(turn).map(({ name }) => name)).toContain("send whatsapp");
    });

    test("statuses know their webhook beside their message", () => {
      const webhooks = new Set(named("store inbox").map(({ spanId }) => spanId));
      for (const { links } of named("status delivered")) {
        expect(links).toHaveLength(1);
        expect(links.every(({ spanId }) => webhooks.has(spanId))).toBe(true);
      }
    });

    test("each process says which one it is", () => {
      const names = new Set(spans.map(({ resource }) => String(resource["service.name"])));
      expect(names).toEqual(new Set(isSplit ? ["ponte", "ponte-worker"] : ["ponte"]));
      expect(spans[0]?.resource).toMatchObject({ "deployment.environment.name": "tests" });
      expect(Object.keys(spans[0]?.resource ?? {}).toSorted()).toEqual([
        "deployment.environment.name",
        "service.instance.id",
        "service.name",
        "service.version",
      ]);
    });

    test("the log lines of a trace carry its id", () => {
      const [refused] = named("send whatsapp").filter(({ status }) => status.code === 2);
      const line = worker
        .output()
        .split("\n")
        .find((text) => text.includes("refused a message"));
      expect(z.looseObject({ trace_id: z.string() }).parse(JSON.parse(line ?? "{}")).trace_id).toBe(
        refused?.traceId,
      );
    });

    test("what the provider bills is counted, with its price", () => {
      expect(measured).toContain(
        'ponte_billed_messages_total{channel="whatsapp",category="service"} 3',
      );
      expect(measured).toContain(
        'ponte_message_cost_total{channel="whatsapp",category="service",currency="BRL"} 0.75',
      );
    });

    test("no number, name, text or secret is in any of it", () => {
      const all = otlp.bodies().join("\n");
      const planted = [...Object.values(PLANTED), ...Object.values(SECRETS), ADMIN_KEY, ACCOUNT];
      for (const word of [...planted, "wamid", PLANTED.number.slice(4)])
        expect([word, all.includes(word)]).toEqual([word, false]);
    });
  },
);
