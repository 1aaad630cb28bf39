import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import type { BehaviourFigures, PeerFigures } from "../../bench/peers/figures.ts";
import { brokenIn } from "../../bench/peers/words.ts";
import { drawPictures } from "../../bench/pictures.ts";

const FLAWLESS: BehaviourFigures = {
  batchAnswered: 3,
  duplicates: { messages: 20, answers: 20 },
  forged: { status: 401, answered: 0 },
  thought: { messages: 5, acknowledged: 5, answers: 5 },
  order: { conversations: 60, disordered: 0, messages: 600, unanswered: 0 },
  kill: { acknowledged: 300, lost: 0, sentAgain: 57, doubled: 0 },
  database: { acknowledged: 600, lost: 0, sentAgain: 200, doubled: 0 },
};

const peerOf = (behaviour: Partial<BehaviourFigures>): PeerFigures => ({
  name: "Some & <other>",
  version: "1.2.3",
  isOurs: false,
  acknowledges: "at once",
  loop: { perSecond: 1_000, sent: 5_000, unanswered: 0, peakMb: 100 },
  behaviour: { ...FLAWLESS, ...behaviour },
});

describe("what is broken", () => {
  const { order, kill } = FLAWLESS;
  test.each<{ label: string; behaviour: Partial<BehaviourFigures>; want: number }>([
    { label: "nothing, where all is answered once and in order", behaviour: {}, want: 0 },
    { label: "two messages of a batch", behaviour: { batchAnswered: 1 }, want: 2 },
    {
      label: "second answers to what was delivered twice",
      behaviour: { duplicates: { messages: 20, answers: 23 } },
      want: 3,
    },
    {
      label: "second answers of a slow bot",
      behaviour: { thought: { messages: 5, acknowledged: 0, answers: 15 } },
      want: 10,
    },
    {
      label: "an answered forgery",
      behaviour: { forged: { status: 200, answered: 1 } },
      want: 1,
    },
    {
      label: "disorder and what is missing of it",
      behaviour: { order: { ...order, disordered: 4, unanswered: 2 } },
      want: 6,
    },
    {
      label: "what a crash lost or doubled",
      behaviour: { kill: { ...kill, lost: 7, doubled: 1 } },
      want: 8,
    },
    {
      label: "what the database's crash lost",
      behaviour: { database: { ...kill, lost: 5 } },
      want: 5,
    },
  ])("$label", ({ behaviour, want }) => {
    expect(brokenIn([peerOf(behaviour)])).toBe(want);
  });

  test("what the load left unanswered counts too, and servers are added up", () => {
    const busy = { ...peerOf({}), loop: { ...peerOf({}).loop, unanswered: 9 } };
    expect(brokenIn([busy, peerOf({ batchAnswered: 2 })])).toBe(10);
  });
});

describe("the pictures of the README", () => {
  const half = peerOf({ kill: { ...FLAWLESS.kill, lost: 150 } });
  const ours = { ...peerOf({}), name: "Ponte", isOurs: true };
  const facts = ["Commit: abc, 2026-01-01", "Machine: 2 × some", "Node v24"];
  const pictures = drawPictures({ facts, peers: [ours, half] });
  const kill = pictures.get("proof-kill.svg") ?? "";

  test("a bar is as long as its share of what the longest could be", () => {
    const bars = [...kill.matchAll(/<rect class="(\w+)" [^>]*width="([\d.]+)" height="22"/g)];
    const longest = /<text class="axis" x="(\d+)"[^>]*>300</.exec(kill)?.[1];
    expect(bars.map(([, kind, width]) => [kind, Number(width)])).toEqual([
      ["ours", 3],
      ["rival", (Number(longest) - 300) / 2],
    ]);
  });

  test("every figure is written beside its bar and told to those who cannot see it", () => {
    expect(kill).toContain(">150 of 300</text>");
    expect(kill).toContain(">0 of 300</text>");
    expect(/<desc[^>]*>([^<]*)/.exec(kill)?.[1]).toContain("Ponte: 0 of 300; Some");
  });

  test("names are text, and the machine is named", () => {
    expect(kill).toContain("Some &amp; &lt;other&gt;");
    expect(kill).not.toContain("<other>");
    for (const fact of facts) expect(pictures.get("proof-order.svg")).toContain(fact);
  });
});

test("the rivals are exact versions, fetched from wherever the machine's registry is", () => {
  const read = (name: string): string =>
    readFileSync(new URL(`../../bench/peers/${name}`, import.meta.url), "utf8");
  const { dependencies }: { dependencies: Record<string, string> } = JSON.parse(
    read("package.json"),
  );
  for (const version of Object.values(dependencies)) expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  expect(read("package-lock.json")).not.toContain('"resolved"');
});
