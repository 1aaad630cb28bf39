import { describe, expect, test } from "@jest/globals";
import { rasaSettings, secretsOf } from "../../../src/answers/rasa/settings.ts";

const URL_SETTING = { url: "http://127.0.0.1:5005" };

describe("the settings of Rasa", () => {
  test("only the URL is needed", () => {
    expect(rasaSettings.parse(URL_SETTING)).toEqual({
      url: "http://127.0.0.1:5005",
      channel: "rest",
      timeout_ms: 60_000,
      stream: false,
      stream_idle_timeout_ms: 20_000,
      sender_template: [{ fixed: "" }, { name: "conversation" }, { fixed: "" }],
      slash_policy: "commands-only",
      empty: "next",
      no_answer_texts: [],
    });
  });

  test("text from the environment is understood", () => {
    const settings = {
      ...URL_SETTING,
      timeout_ms: "8000",
      stream: "true",
      empty_fallback: " Oi? ",
    };
    expect(rasaSettings.parse(settings)).toMatchObject({
      timeout_ms: 8000,
      stream: true,
      empty_fallback: "Oi?",
    });
  });

  test.each([
    { url: "http://rasa:5005/", want: "http://rasa:5005" },
    { url: "https://example.org/bots/rasa/", want: "https://example.org/bots/rasa" },
    { url: "http://rasa:5005/webhooks/rest/webhook", want: "http://rasa:5005" },
    { url: "http://rasa:5005/x/webhooks/rest/webhook/", want: "http://rasa:5005/x" },
    { url: "http://rasa:5005/webhooks/rest/", want: "http://rasa:5005" },
    { url: "http://rasa:5005/webhooks/callback/webhook", want: "http://rasa:5005" },
  ])("the base of $url is $want", ({ url, want }) => {
    expect(rasaSettings.parse({ url }).url).toBe(want);
  });

  test.each([
    {
      label: "an unknown placeholder",
      setting: { sender_template: "{user}-{phone}" },
      want: /\{phone\}/,
    },
    {
      label: "an empty placeholder",
      setting: { sender_template: "{user}{}" },
      want: /\{\} is none/,
    },
    {
      label: "a sender that is the same for all",
      setting: { sender_template: "{channel}" },
      want: /nobody/,
    },
    { label: "a sender without placeholders", setting: { sender_template: "bot" }, want: /nobody/ },
    { label: "a URL that is none", setting: { url: "rasa" }, want: /URL/ },
    { label: "another protocol", setting: { url: "ftp://rasa" }, want: /URL/ },
    { label: "a password in the URL", setting: { url: "http://u:p@rasa:5005" }, want: /password/ },
    { label: "a query in the URL", setting: { url: "http://rasa:5005?token=1" }, want: /path/ },
    {
      label: "a header of two lines",
      setting: { auth_header: "Bearer a\r\nX: y" },
      want: /header/,
    },
    { label: "a timeout of nothing", setting: { timeout_ms: "" }, want: /timeout_ms/ },
    { label: "an unknown policy", setting: { slash_policy: "never" }, want: /slash_policy/ },
    { label: "an unknown channel", setting: { channel: "socketio" }, want: /channel/ },
    {
      label: "a stream over the callback channel",
      setting: { channel: "callback", stream: true },
      want: /needs the channel rest/,
    },
    {
      label: "pushes to a name that is not our id",
      setting: { channel: "callback", sender_template: "{user}" },
      want: /must be \{conversation\}/,
    },
    {
      label: "pushes to a name that only begins with our id",
      setting: { channel: "callback", sender_template: "{conversation}-{user}" },
      want: /must be \{conversation\}/,
    },
    {
      label: "pushes to our id with something before it",
      setting: { channel: "callback", sender_template: "x{conversation}" },
      want: /must be \{conversation\}/,
    },
    {
      label: "pushes to our id with something after it",
      setting: { channel: "callback", sender_template: "{conversation}x" },
      want: /must be \{conversation\}/,
    },
    { label: "an unknown setting", setting: { retries: 3 }, want: /retries/ },
  ])("$label is refused", ({ setting, want }) => {
    const result = rasaSettings.safeParse({ ...URL_SETTING, ...setting });
    expect(result.error?.message).toMatch(want);
  });

  test("the callback channel goes with the usual sender", () => {
    const usual = rasaSettings.parse({ ...URL_SETTING, channel: "callback" });
    const written = { ...URL_SETTING, channel: "callback", sender_template: "{conversation}" };
    expect(usual.channel).toBe("callback");
    expect(rasaSettings.parse(written)).toEqual(usual);
  });

  test("a secret is listed in every spelling a log could show", () => {
    const settings = { ...URL_SETTING, token: "a/b", auth_header: "Bearer xyz" };
    expect(secretsOf(rasaSettings.parse(settings))).toEqual(["a/b", "a%2Fb", "Bearer xyz", "xyz"]);
    expect(secretsOf(rasaSettings.parse(URL_SETTING))).toEqual([]);
  });
});
