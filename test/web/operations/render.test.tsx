import { afterEach, describe, expect, test } from "@jest/globals";
import type { VNode } from "preact";
import { renderToString } from "preact-render-to-string";
import type { Scope } from "../../../src/http/api/caller.ts";
import { AccountView } from "../../../src/web/admin/operations/account-view.tsx";
import { BackendCard } from "../../../src/web/admin/operations/backend-card.tsx";
import { EventTag } from "../../../src/web/admin/operations/event-tag.tsx";
import { LetterRow } from "../../../src/web/admin/operations/letter-row.tsx";
import { PlanView } from "../../../src/web/admin/operations/plan-view.tsx";
import { TryResult } from "../../../src/web/admin/operations/try-result.tsx";
import type {
  Channel,
  DeadLetter,
  Health,
  TrialAnswer,
} from "../../../src/web/admin/operations/types.ts";
import { language } from "../../../src/web/shared/language.ts";
import { session } from "../../../src/web/shared/session.ts";
import { signedIn } from "../signed-in.ts";

afterEach(() => {
  language.value = "en";
  session.value = undefined;
});

const HOSTILE = `<img src=x onerror=alert(1)>"'\u202egnp.exe`;

const LETTER: DeadLetter = {
  id: "00000000-0000-7000-8000-000000000001",
  kind: "outbound",
  channel: "whatsapp",
  account: "810",
  conversation_id: null,
  external_id: null,
  reason: "channel_refused",
  code: "131026",
  detail: HOSTILE,
  attempts: 2,
  began_at: "2026-11-21T10:00:00Z",
  died_at: "2026-11-21T10:01:00Z",
  hint: null,
};

const HEALTH: Health = {
  account: "loja",
  status: "ok",
  state: "connected",
  state_detail: null,
  state_since: null,
  sent_today: 1_234,
  delivered_today: 5,
  read_today: 4,
  failed_today: 2,
  consecutive_errors: 0,
  last_sent_at: null,
  last_received_at: null,
  last_webhook_at: null,
  quality: "YELLOW",
  messaging_limit: "TIER_1K",
  notice: HOSTILE,
};

const CHANNEL: Channel = {
  name: "evolution",
  type: "evolution",
  accounts: ["loja"],
  delivery: "push",
  webhook_path: "/webhooks/evolution/webhook",
  webhook_url: null,
  webhook_ready: true,
  tenant: "default",
  simulated: false,
  can_pair: true,
  has_templates: false,
  window_hours: null,
  limits: null,
  health: [HEALTH],
};

const ANSWER: TrialAnswer = {
  outcome: "answered",
  replies: [{ text: HOSTILE, buttons: [{ title: HOSTILE, payload: "/x" }] }],
  ms: 82,
  confidence: 0.87,
  intent: HOSTILE,
  error: null,
  rendered: [
    {
      channel: "whatsapp",
      payloads: [{ type: "text", text: { body: HOSTILE } }],
      notes: [{ code: "title_cut", detail: HOSTILE }],
    },
  ],
};

const nothing = () => undefined;

describe("what others wrote", () => {
  test.each<{ label: string; node: VNode }>([
    {
      label: "a dead letter",
      node: <LetterRow letter={LETTER} isChosen={false} onChoose={nothing} onOpen={nothing} />,
    },
    {
      label: "an account with its notice",
      node: (
        <AccountView
          channel={CHANNEL}
          health={{ ...HEALTH, state_detail: HOSTILE }}
          onChange={nothing}
        />
      ),
    },
    { label: "a trial", node: <TryResult answer={ANSWER} types={new Map()} /> },
    {
      label: "a trial that failed",
      node: (
        <TryResult
          answer={{
            ...ANSWER,
            outcome: "failed",
            error: { code: "answer_refused", detail: HOSTILE },
          }}
          types={new Map()}
        />
      ),
    },
    {
      label: "a plan",
      node: (
        <PlanView
          deed="replay"
          plan={{
            dry_run: true,
            matched: 1,
            by_kind: {},
            by_code: {},
            by_reason: { [HOSTILE]: 1 },
            by_channel: { [HOSTILE]: 1 },
          }}
        />
      ),
    },
  ])("stays text in $label", ({ node }) => {
    session.value = signedIn();
    const html = renderToString(node);
    expect(html).toContain("&lt;img");
    expect(html).not.toContain("<img");
    expect(html).not.toContain("\u202e");
  });
});

describe("an account", () => {
  const draw = (health: Partial<Health>, scopes: readonly Scope[] = ["admin"]) => {
    session.value = signedIn({ scopes: [...scopes] });
    return renderToString(
      <AccountView channel={CHANNEL} health={{ ...HEALTH, ...health }} onChange={nothing} />,
    );
  };

  test.each<{ label: string; health: Partial<Health>; want: string }>([
    { label: "that is connected works", health: {}, want: "works" },
    {
      label: "of which nothing is known is not called working",
      health: { state: null },
      want: "not used yet",
    },
    {
      label: "that has sent works, though its provider says nothing",
      health: { state: null, last_sent_at: "2026-11-21T10:00:00Z" },
      want: "works",
    },
    {
      label: "that is refused is failing",
      health: { status: "failing", consecutive_errors: 4 },
      want: "the last 4 messages were refused",
    },
    {
      label: "that is down is not connected",
      health: { status: "down", state: "disconnected" },
      want: "not connected",
    },
  ])("$label", ({ health, want }) => {
    expect(draw(health)).toContain(want);
  });

  test("shows the day's figures, the quality and the limit", () => {
    const html = draw({});
    for (const text of ["1,234", "medium", "1,000 people", "never"]) expect(html).toContain(text);
  });

  test.each<{
    label: string;
    health: Partial<Health>;
    scopes: readonly Scope[];
    isOffered: boolean;
  }>([
    {
      label: "offered where it is not connected",
      health: { state: "disconnected" },
      scopes: ["admin"],
      isOffered: true,
    },
    { label: "not offered where it is", health: {}, scopes: ["admin"], isOffered: false },
    {
      label: "not offered to whoever may only look",
      health: { state: null },
      scopes: ["channels:read"],
      isOffered: false,
    },
  ])("pairing is $label", ({ health, scopes, isOffered }) => {
    expect(draw(health, scopes).includes("Pair a phone")).toBe(isOffered);
  });
});

test.each([
  { breaker: "closed", want: "asked" },
  { breaker: "open", want: "paused after failures" },
  { breaker: "half_open", want: "being tried again" },
] as const)("a backend whose breaker is $breaker says: $want", ({ breaker, want }) => {
  const backend = {
    name: "rasa",
    type: "rasa",
    in_chain: true,
    breaker,
    calls_today: 200,
    failures_today: 3,
    last_failure: { code: "answer_timeout", at: "2026-11-21T10:00:00Z" },
  };
  const html = renderToString(<BackendCard backend={backend} position={1} onTry={nothing} />);
  for (const text of [want, "number 1 to be asked", "1.5% of the calls", "answer_timeout"])
    expect(html).toContain(text);
});

test("a webhook that was discarded is called so, whatever it was before", () => {
  const states = [
    { state: "stored", discarded_at: null },
    { state: "quarantined", discarded_at: null },
    { state: "quarantined", discarded_at: "2026-11-21T10:00:00Z" },
  ] as const;
  const shown = states.map((event) => renderToString(<EventTag event={event} />));
  expect(shown.map((html) => /taken|put aside|discarded/.exec(html)?.[0])).toEqual([
    "taken",
    "put aside",
    "discarded",
  ]);
});

test.each([
  { deed: "replay", reason: "channel_uncertain", isWarned: true },
  { deed: "replay", reason: "channel_refused", isWarned: false },
  { deed: "discard", reason: "channel_uncertain", isWarned: false },
] as const)(
  "a $deed of $reason warns of a second time: $isWarned",
  ({ deed, reason, isWarned }) => {
    const plan = {
      dry_run: true,
      matched: 2,
      by_kind: {},
      by_code: {},
      by_reason: { [reason]: 2 },
      by_channel: { whatsapp: 2 },
    };
    const html = renderToString(<PlanView deed={deed} plan={plan} />);
    expect(html.includes("twice")).toBe(isWarned);
  },
);

test("a plan that matches nothing has nothing to warn of", () => {
  const plan = {
    dry_run: true,
    matched: 0,
    by_kind: {},
    by_code: {},
    by_reason: {},
    by_channel: {},
  };
  expect(renderToString(<PlanView deed="discard" plan={plan} />)).toBe(
    "<p>Nothing matches any more: there is nothing to do.</p>",
  );
});

test("whoever may change nothing cannot choose letters", () => {
  const html = renderToString(
    <LetterRow letter={LETTER} isChosen={false} onChoose={undefined} onOpen={nothing} />,
  );
  expect(html).not.toContain("checkbox");
});
