import { afterEach, describe, expect, test } from "@jest/globals";
import { renderToString } from "preact-render-to-string";
import type { Scope } from "../../../src/http/api/caller.ts";
import { findAlerts } from "../../../src/web/admin/overview/find-alerts.ts";
import type { Hour, Overview } from "../../../src/web/admin/overview/figures.ts";
import { PaceChart } from "../../../src/web/admin/overview/pace-chart.tsx";
import { ShareBar } from "../../../src/web/admin/overview/share-bar.tsx";
import { Tiles } from "../../../src/web/admin/overview/tiles.tsx";
import { TrafficChart } from "../../../src/web/admin/overview/traffic-chart.tsx";
import { Welcome } from "../../../src/web/admin/overview/welcome.tsx";
import { language } from "../../../src/web/shared/language.ts";
import { session } from "../../../src/web/shared/session.ts";
import { signedIn } from "../signed-in.ts";

afterEach(() => {
  language.value = "en";
  session.value = undefined;
});

const HOURS: readonly Hour[] = [
  { at: "2026-11-21T10:00:00.000Z", in: 3, out: 2, failed: 1, p50_ms: 120, p95_ms: 1_500 },
  { at: "2026-11-21T11:00:00.000Z", in: 0, out: 0, failed: 0, p50_ms: null, p95_ms: null },
];

const FIGURES: Overview = {
  now: "2026-11-21T11:30:00.000Z",
  since: "2026-11-21T10:00:00.000Z",
  messages: { today: { in: 12_345, out: 7, failed: 1 }, yesterday: { in: 2, out: 1, failed: 0 } },
  active_conversations: 4,
  answers: { count: 548, p50_ms: 587, p95_ms: 1_909, fallback_rate: 0.0912 },
  queue: { inbound: 2, outbound: 1, oldest_seconds: 95 },
  dead_letters: 3,
  hours: [...HOURS],
  backends: [],
};

const linksOf = (html: string) => [...html.matchAll(/href="([^"]*)"/g)].map(([, to]) => to);

describe("the tiles", () => {
  test.each<{ label: string; scopes: readonly Scope[]; want: readonly string[] }>([
    {
      label: "whoever may see everything",
      scopes: ["admin"],
      want: [
        "/admin/conversations",
        "/admin/channels",
        "/admin/conversations",
        "/admin/backends",
        "/admin/backends",
        "/admin/conversations?trouble=true",
        "/admin/channels",
        "/admin/dead-letters",
      ],
    },
    {
      label: "whoever may see figures and events",
      scopes: ["stats:read", "events:read"],
      want: ["/admin/dead-letters"],
    },
    { label: "whoever may see figures alone", scopes: ["stats:read"], want: [] },
  ])("lead $label to what explains them", ({ scopes, want }) => {
    session.value = signedIn({ scopes: [...scopes] });
    expect(linksOf(renderToString(<Tiles figures={FIGURES} />))).toEqual(want);
  });

  test.each([
    {
      language: "en",
      want: ["12,345", "9.1%", "587 ms", "1.9 s", "2 to answer, 1 to send", "1 min"],
    },
    { language: "pt-BR", want: ["12.345", "9,1%", "587 ms", "1,9 s", "2 a responder, 1 a enviar"] },
  ] as const)("speak $language", ({ language: spoken, want }) => {
    language.value = spoken;
    session.value = signedIn({ scopes: ["admin"] });
    const html = renderToString(<Tiles figures={FIGURES} />);
    for (const text of want) expect(html).toContain(text);
  });

  test("say that nothing was answered instead of showing a zero", () => {
    session.value = signedIn({ scopes: ["admin"] });
    const answers = { count: 0, p50_ms: null, p95_ms: null, fallback_rate: null };
    const html = renderToString(<Tiles figures={{ ...FIGURES, answers }} />);
    expect(html.match(/the bot was not asked in this period/g)).toHaveLength(2);
  });
});

describe("the charts", () => {
  test("tell the same figures to whoever does not see them", () => {
    const traffic = renderToString(<TrafficChart hours={HOURS} />);
    expect(traffic).toMatch(/<table>.*<caption.*Messages.*>3<\/td>.*>2<\/td>.*>1<\/td>/s);
    const pace = renderToString(<PaceChart hours={HOURS} />);
    expect(pace).toMatch(/<table>.*>120 ms<\/td>.*>1.5 s<\/td>.*>–<\/td>/s);
  });

  test("of a week join hours, so that its bars can be told apart", () => {
    const week = Array.from({ length: 168 }, (_, index) => ({
      at: new Date(Date.UTC(2026, 10, 15, index)).toISOString(),
      in: 1,
      out: 1,
      failed: 0,
      p50_ms: null,
      p95_ms: null,
    }));
    const rows = renderToString(<TrafficChart hours={week} />).match(/<tr>/g);
    expect(rows).toHaveLength(1 + 28);
  });

  test("show a backend's name as text, whatever it is", () => {
    const html = renderToString(
      <ShareBar backends={[{ backend: "<img src=x>\u202e", answers: 2 }]} />,
    );
    expect(html).not.toContain("<img");
    expect(html).toContain("U+202E");
    expect(html).toContain("100%");
  });
});

describe("alerts", () => {
  const channel = (status: "ok" | "failing" | "down", errors = 0) => ({
    name: "whatsapp",
    health: [
      {
        account: "810",
        status,
        state: null,
        state_detail: null,
        state_since: null,
        sent_today: 0,
        delivered_today: 0,
        read_today: 0,
        failed_today: 0,
        consecutive_errors: errors,
        last_sent_at: null,
        last_received_at: null,
        last_webhook_at: null,
        quality: null,
        messaging_limit: null,
        notice: null,
      },
    ],
  });

  test("name what needs somebody, the worst first", () => {
    const alerts = findAlerts(
      [
        { name: "rasa", breaker: "half_open" },
        { name: "openai", breaker: "open" },
        { name: "templates", breaker: "closed" },
      ],
      [channel("failing", 3), channel("down"), channel("ok")],
      1,
    );
    expect(alerts.map(({ text, isBad, href }) => [isBad, text, href])).toEqual([
      [true, "The backend “openai” failed too often and is not asked for now.", "/admin/backends"],
      [true, "810 on whatsapp is not connected.", "/admin/channels?channel=whatsapp"],
      [
        false,
        "The backend “rasa” had failed too often; it is being tried again.",
        "/admin/backends",
      ],
      [
        false,
        "810 on whatsapp: the last 3 messages were refused.",
        "/admin/channels?channel=whatsapp",
      ],
      [
        false,
        "1 message or webhook was given up and waits for your decision.",
        "/admin/dead-letters",
      ],
    ]);
  });

  test("are none where all is well", () => {
    expect(findAlerts([{ name: "rasa", breaker: "closed" }], [channel("ok")], 0)).toEqual([]);
  });
});

test.each<{
  label: string;
  simulator: "open" | "admin" | null;
  scopes: readonly Scope[];
  want: readonly string[];
}>([
  {
    label: "everything to whoever may do everything",
    simulator: "open",
    scopes: ["admin"],
    want: ["/simulator", "/admin/channels", "/docs"],
  },
  {
    label: "no simulator where there is none",
    simulator: null,
    scopes: ["admin"],
    want: ["/admin/channels", "/docs"],
  },
  {
    label: "only the reference to whoever may see figures",
    simulator: "admin",
    scopes: ["stats:read"],
    want: ["/docs"],
  },
])("the welcome offers $label", ({ simulator, scopes, want }) => {
  session.value = signedIn({ simulator, scopes: [...scopes] });
  expect(linksOf(renderToString(<Welcome />))).toEqual(want);
});
