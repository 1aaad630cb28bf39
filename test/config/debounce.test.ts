import { expect, test } from "@jest/globals";
import { load, problemsOf } from "./fakes.ts";

const ENV = { TOKEN: "token-value" };
const CHANNELS = `channels:\n  one: { type: phone, token: "\${TOKEN}", numbers: ["1"] }\n`;
const withWaits = (waits: string) => `${CHANNELS}conversation:\n  debounce_channels: ${waits}\n`;

test("a channel may have a wait of its own", () => {
  expect(load(ENV, withWaits("{ one: 1500 }")).conversation).toMatchObject({
    debounceMs: 0,
    debounceChannels: { one: 1_500 },
  });
});

test.each([
  {
    label: "of a channel nobody configured is refused, and the right name is suggested",
    file: withWaits("{ ones: 1500 }"),
    want: /bridge.yml:4 conversation.debounce_channels.ones: names a channel.* did you mean one\?$/,
  },
  {
    label: "of more than a minute is refused",
    file: withWaits("{ one: 60001 }"),
    want: /bridge.yml:4 conversation.debounce_channels.one: /,
  },
  {
    label: "a least pause above the longest is refused",
    file: `${CHANNELS}conversation:\n  typing_min_ms: 5000\n`,
    want: /conversation.typing_min_ms: must not be more than typing_max_ms/,
  },
])("a wait $label", ({ file, want }) => {
  expect(problemsOf(ENV, file)).toEqual([expect.stringMatching(want)]);
});
