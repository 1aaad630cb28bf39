import { describe, expect, test } from "@jest/globals";
import type { VNode } from "preact";
import { renderToString } from "preact-render-to-string";
import { BackendCard } from "../../../src/web/simulator/panel/backend-card.tsx";
import { Notes } from "../../../src/web/simulator/panel/notes.tsx";
import { PlayingView } from "../../../src/web/simulator/panel/playing-view.tsx";
import type { Playing } from "../../../src/web/simulator/script/player.ts";
import { NoticeLine } from "../../../src/web/simulator/phone/notice-line.tsx";

const EVIL = `"><img src=x onerror=alert(1)><script>alert(2)</script>\u202egnp.exe`;

const turn = {
  id: "00000000-0000-4000-8000-000000000003",
  conversation_id: "00000000-0000-4000-8000-000000000001",
  contact_id: "00000000-0000-4000-8000-000000000002",
  channel: "simulator",
  account: "1",
  message_id: "00000000-0000-4000-8000-000000000004",
  message_text: EVIL,
  intent_detected: EVIL,
  confidence: 0.5,
  template_used: EVIL,
  response_text: EVIL,
  response_id: null,
  parameters_used: {},
  fallback_used: false,
  backend: EVIL,
  backend_chain: [{ backend: EVIL, outcome: EVIL, ms: 12, confidence: 0.5 }],
  language: null,
  processing_time_ms: 12,
  success: true,
  error_message: null,
  context_data: null,
  model: EVIL,
  tokens_in: null,
  tokens_out: 7,
  cost: null,
  provider_request_id: null,
  shadow: null,
  replies: [{ text: EVIL }],
  created_at: "2026-11-21T10:00:00.000Z",
};

const playing: Playing = {
  script: {
    version: 1,
    title: EVIL,
    channel: "simulator",
    steps: [
      { say: { content: { type: "text", text: EVIL } } },
      { expect: { texts: [EVIL], timeout_ms: 1 } },
    ],
  },
  states: [
    { state: "broken", detail: EVIL },
    { state: "failed", missing: [EVIL], said: [EVIL] },
  ],
  isOver: true,
};

describe("what others wrote is only ever text", () => {
  test.each<{ label: string; view: VNode }>([
    { label: "a bot's turn", view: <BackendCard interaction={turn} /> },
    { label: "a note", view: <Notes notes={[{ code: EVIL, detail: EVIL }]} /> },
    { label: "a script", view: <PlayingView playing={playing} /> },
  ])("in $label", ({ view }) => {
    const html = renderToString(view);
    expect(html).toContain("&lt;img");
    expect(html).not.toMatch(/<img|<script|\u202e/);
  });
});

test.each([
  { event: { kind: "refused", status: 401 }, want: "HTTP 401" },
  { event: { kind: "refused", status: 0 }, want: "did not answer" },
  { event: { kind: "repeated", times: 3 }, want: "3 times" },
  { event: { kind: "later", seconds: 1 }, want: "1 second" },
  { event: { kind: "clock", hours: 25 }, want: "25 hours" },
  { event: { kind: "clock", hours: 0 }, want: "just now" },
] as const)("a notice says '$want'", ({ event, want }) => {
  const html = renderToString(<NoticeLine event={event} />);
  expect(html).toContain(want);
});

test("a script that went wrong says how many steps, and what was missing", () => {
  const html = renderToString(<PlayingView playing={playing} />);
  expect(html).toContain("2 steps went wrong");
  expect(html).toContain("Missing");
});
