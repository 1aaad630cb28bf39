import { describe, expect, test } from "@jest/globals";
import { loadConfig } from "../../src/config.ts";
import { configSecrets, describeConfig } from "../../src/config/describe.ts";
import { FAKE_MODULES, load, problemsOf, refusal } from "./fakes.ts";

const PHONE = { PHONE_TOKEN: "token-value", PHONE_NUMBERS: "1,2" };

describe("defaults", () => {
  test("nothing set at all gives a server that can be talked to", () => {
    const config = load({});
    expect(config.file).toBeUndefined();
    expect(config.server).toEqual({
      port: 5006,
      host: "0.0.0.0",
      role: "all",
      logLevel: "info",
      trustProxy: 0,
      metricsPublic: false,
      allowInsecure: false,
      drainMs: 0,
      serviceName: "ponte",
      messagingTestsEnabled: false,
    });
    expect(config.database).toEqual({ dataDir: "./data", poolSize: 10 });
    expect(config.redis).toEqual({});
    expect([...config.channels.keys()]).toEqual(["rest"]);
    expect(config.answers.chain).toEqual(["templates"]);
    expect(config.answers.budgetMs).toBe(90_000);
    expect(config.answers.mergeTexts).toBe(true);
    expect(config.delivery).toEqual({
      maxAttempts: 5,
      retryBaseMs: 1_000,
      uncertainWaitMs: 60_000,
      uncertainPolicy: "resend",
      fallback: {},
      maxAgeMs: 86_400_000,
    });
    expect(config.engine).toEqual({
      leaseMs: 30_000,
      concurrency: 64,
      pollMs: 100,
      claimPerConversation: 20,
    });
    expect(config.retention).toEqual({
      rawWebhooksDays: 30,
      inboxDays: 35,
      parkedDays: 31,
      historyDays: 365,
      mediaDays: 30,
    });
  });

  test("every text a person may read is there in all three languages", () => {
    const { answers, commands, conversation } = load({});
    const texts = [
      answers.staticReplies,
      answers.unsupportedReplies,
      answers.handoffReplies,
      answers.unknownReplies,
      answers.unheardReplies,
      answers.slowReplies,
      conversation.floodTexts,
      commands.stoppedTexts,
      commands.resumedTexts,
      commands.hintTexts,
    ];
    expect(texts.map((text) => Object.keys(text).toSorted())).toEqual(
      texts.map(() => ["en", "es", "pt-BR"]),
    );
  });

  test("a blank file, blank sections and empty variables change nothing", () => {
    const blank = load({ PORT: "", DATABASE_URL: "" }, "server:\n  port:\nchannels:\n");
    expect(JSON.stringify({ ...blank, file: undefined })).toBe(JSON.stringify(load({})));
  });
});

describe("where settings come from", () => {
  test("the environment alone", () => {
    const config = load({ ...PHONE, PORT: "80", PONTE_ROLE: "web", RASA_START_FORWARD: "intent" });
    expect(config.server.port).toBe(80);
    expect(config.server.role).toBe("web");
    expect(config.commands.startForward).toBe("intent");
    expect(config.channels.get("mobile")?.channel.accounts).toEqual(["1", "2"]);
  });

  test("the file wins over the variable, and the start says so", () => {
    const config = load({ PORT: "80" }, "server:\n  port: 90");
    expect(config.server.port).toBe(90);
    expect(config.notices).toEqual(["PORT not used: config/bridge.yml:2 sets server.port"]);
  });

  test("a variable the file refers to itself is used", () => {
    const config = load({ PORT: "80" }, "server:\n  port: ${PORT:-90}");
    expect(config.server.port).toBe(80);
    expect(config.notices).toEqual([]);
  });

  test("a reference that expands to nothing leaves the setting to its default", () => {
    expect(load({}, "server: { port: '${NOBODY:-}' }").server.port).toBe(5006);
  });

  test("variables fill what the file's entry leaves out", () => {
    const file = "channels:\n  mobile:\n    numbers: ['7']";
    const config = load({ PHONE_TOKEN: "token-value" }, file);
    expect(config.channels.get("mobile")?.channel.accounts).toEqual(["7"]);
    expect(config.channels.get("mobile")?.channel.secrets).toEqual(["token-value"]);
  });

  test("an alias serves like the name itself", () => {
    const config = load({ OLD_PHONE_TOKEN: "old-token", PHONE_NUMBERS: "1" });
    expect(config.channels.get("mobile")?.channel.secrets).toEqual(["old-token"]);
  });

  test("a name and its alias may agree", () => {
    const config = load({ ...PHONE, OLD_PHONE_TOKEN: PHONE.PHONE_TOKEN });
    expect([...config.channels.keys()]).toEqual(["rest", "mobile"].toSorted());
  });

  test.each([
    {
      label: "a short admin key is noted",
      key: "123456789012345",
      want: ["the admin key is short: use 16 random characters or more"],
    },
    { label: "a long admin key is not", key: "1234567890123456", want: [] },
  ])("$label", ({ key, want }) => {
    expect(load({ PONTE_ADMIN_KEY: key }).notices).toEqual(want);
  });

  test("another file by PONTE_CONFIG", () => {
    const files: Record<string, string> = { "other.yml": "server: { port: 1 }" };
    const env = { PONTE_CONFIG: "other.yml" };
    const config = loadConfig(env, (path) => files[path], FAKE_MODULES, {
      http: () => Promise.reject(new Error("unused")),
      stream: () => Promise.reject(new Error("unused")),
      random: () => 0,
      readText: () => "",
      watch: () => () => undefined,
      warn: () => undefined,
      now: () => new Date(),
      listFiles: () => [],
    });
    expect([config.file, config.server.port]).toEqual(["other.yml", 1]);
  });

  test("texts of one language leave the other language alone", () => {
    const { staticReplies } = load({}, "answers: { static_replies: { en: Later. } }").answers;
    expect(staticReplies["en"]).toBe("Later.");
    expect(staticReplies["pt-BR"]).toMatch(/^Desculpe/);
  });

  test("an alias of YAML is followed", () => {
    const file = "answers:\n  static_replies: &texts { en: Later. }\n  unsupported_replies: *texts";
    const { unsupportedReplies } = load({}, file).answers;
    expect(unsupportedReplies).toMatchObject({ en: "Later." });
  });

  test("unsupported messages may go without a reply", () => {
    expect(load({}, "answers: { unsupported_replies: off }").answers.unsupportedReplies).toBe(
      "off",
    );
  });

  test("a trailing slash of the public URL goes", () => {
    expect(load({ PUBLIC_URL: "https://h/x/" }).server.publicUrl).toBe("https://h/x");
  });
});

describe("what cannot be changed later", () => {
  test.each([
    { label: "the configuration", pick: (config: ReturnType<typeof load>) => config },
    { label: "a section", pick: (config: ReturnType<typeof load>) => config.server },
    { label: "a list inside", pick: (config: ReturnType<typeof load>) => config.answers.chain },
    {
      label: "a mapping inside",
      pick: (config: ReturnType<typeof load>) => config.commands.keywords.stop,
    },
    { label: "a channel", pick: (config: ReturnType<typeof load>) => config.channels.get("rest") },
    { label: "the backends", pick: (config: ReturnType<typeof load>) => config.backends },
  ])("$label is frozen", ({ pick }) => {
    expect(Object.isFrozen(pick(load({})))).toBe(true);
  });
});

describe("channels", () => {
  test("several of one type stand in the file under their own names", () => {
    const file = [
      "channels:",
      "  sales: { type: phone, token: '${A}', numbers: '1' }",
      "  help: { type: phone, token: '${B}', numbers: '2' }",
    ].join("\n");
    const { channels } = load({ A: "token-a", B: "token-b" }, file);
    expect([...channels.values()].map(({ name, type }) => [name, type])).toEqual([
      ["sales", "phone"],
      ["help", "phone"],
      ["rest", "rest"],
    ]);
  });

  test("variables switch nothing on beside an entry of the same type", () => {
    const file = "channels: { sales: { type: phone, token: '${PHONE_TOKEN}', numbers: '1' } }";
    expect([...load(PHONE, file).channels.keys()]).toEqual(["sales", "rest"]);
  });

  test.each([
    { label: "rest", env: {}, file: "channels: { rest: { enabled: false } }", want: [] },
    {
      label: "a channel the environment would switch on",
      env: PHONE,
      file: "channels: { mobile: { enabled: 'no' } }",
      want: ["rest"],
    },
  ])("$label can be switched off", ({ env, file, want }) => {
    expect([...load(env, file).channels.keys()]).toEqual(want);
  });

  test.each([
    {
      label: "half a channel by every missing variable",
      env: { OLD_PHONE_TOKEN: "token-value" },
      want: ["channels.mobile.numbers (PHONE_NUMBERS): is required and not set"],
    },
    {
      label: "a bad value of an alias by both names",
      env: { OLD_PHONE_TOKEN: "abc", PHONE_NUMBERS: "1" },
      want: ["channels.mobile.token (PHONE_TOKEN, OLD_PHONE_TOKEN): is too short"],
    },
    {
      label: "a bad item of a list by its variable, as what is wrong with it",
      env: { PHONE_TOKEN: "token-value", PHONE_NUMBERS: "1, x" },
      want: ["channels.mobile.numbers.1 (PHONE_NUMBERS): must be digits"],
    },
    {
      label: "a missing setting of an entry that variables do not fill",
      env: PHONE,
      file: "channels:\n  sales: { type: phone, numbers: '1' }",
      want: ["config/bridge.yml:2 channels.sales.token: is required and not set"],
    },
    {
      label: "an unknown type",
      file: "channels:\n  mobile: { type: phonee }",
      want: [
        "config/bridge.yml:2 channels.mobile.type: must be one of phone, rest; did you mean phone?",
      ],
    },
    {
      label: "an entry whose type nobody can tell",
      file: "channels:\n  sales:",
      want: ["config/bridge.yml:2 channels.sales.type: must be one of phone, rest"],
    },
    {
      label: "an entry that is no mapping",
      file: "channels:\n  mobile: on",
      want: ["config/bridge.yml:2 channels.mobile: must hold settings by name"],
    },
    {
      label: "channels that are no mapping",
      file: "channels: [mobile]",
      want: ["config/bridge.yml:1 channels: must hold settings by name"],
    },
    {
      label: "a switch that is neither on nor off",
      file: "channels: { rest: { enabled: perhaps } }",
      want: ["config/bridge.yml:1 channels.rest.enabled: must be true or false"],
    },
    {
      label: "a default name taken by another type",
      env: PHONE,
      file: "channels:\n  mobile: { type: rest }",
      want: [
        "config/bridge.yml:2 channels.mobile: has another type, but the environment or the default asks for one of type phone by this name",
      ],
    },
  ])("refuses $label", ({ env = {}, file, want }) => {
    expect(problemsOf(env, file)).toEqual(want);
  });
});

test("a variable that two kinds share is one problem, not two", () => {
  const [phone] = FAKE_MODULES.channels;
  const fax = phone === undefined ? [] : [phone, { ...phone, type: "fax", defaultName: "fax" }];
  const env = { ...PHONE, OLD_PHONE_TOKEN: "another-token" };
  expect(refusal(env, undefined, { ...FAKE_MODULES, channels: fax }).problems).toEqual([
    {
      where: "PHONE_TOKEN, OLD_PHONE_TOKEN",
      detail: "names for one setting with different values",
    },
  ]);
});

describe("provider addresses", () => {
  const DETAIL = "plain http to another machine; use https or set PONTE_ALLOW_INSECURE=true";

  test.each([
    { label: "of the environment", env: { PHONE_URL: "http://phone.test/" }, file: undefined },
    {
      label: "of the file",
      env: {},
      file: "channels:\n  mobile:\n    base_url: http://phone.test",
    },
    { label: "that only look local", env: { PHONE_URL: "http://127.0.0.1.phone.test" } },
  ])("refuses plain http $label", ({ env, file }) => {
    const place = file === undefined ? "" : "config/bridge.yml:3 ";
    const where = `${place}channels.mobile.base_url (PHONE_URL)`;
    expect(problemsOf({ ...PHONE, ...env }, file)).toEqual([`${where}: ${DETAIL}`]);
  });

  test("refuses what is no address", () => {
    expect(problemsOf({ ...PHONE, PHONE_URL: "phone" })).toEqual([
      "channels.mobile.base_url (PHONE_URL): a provider address is not a URL",
    ]);
  });

  test.each(["http://localhost:1", "http://127.0.0.9:1", "http://[::1]:1", "https://phone.test"])(
    "accepts %s",
    (url) => {
      expect(load({ ...PHONE, PHONE_URL: url }).channels.get("mobile")?.channel.endpoints).toEqual([
        url,
      ]);
    },
  );

  test("tells nothing of plain http that is allowed, whatever else is wrong", () => {
    const env = { PHONE_URL: "http://phone.test", PONTE_ALLOW_INSECURE: "true", PORT: "many" };
    expect(problemsOf({ ...PHONE, ...env })).toEqual(["server.port (PORT): expected number"]);
  });

  test("accepts plain http when that is allowed", () => {
    const env = { ...PHONE, PHONE_URL: "http://phone.test", PONTE_ALLOW_INSECURE: "true" };
    expect(load(env).channels.has("mobile")).toBe(true);
  });
});

describe("backends", () => {
  test.each([
    { label: "templates alone", env: {}, file: undefined, want: ["templates"] },
    {
      label: "Rasa before templates where it is configured",
      env: { RASA_URL: "http://rasa:5005" },
      want: ["rasa", "templates"],
    },
    {
      label: "the file's order of entries does not matter",
      file: "backends: { templates: {}, rasa: { url: 'http://rasa:5005' } }",
      want: ["rasa", "templates"],
    },
    {
      label: "the chain as written",
      env: { RASA_URL: "http://rasa:5005" },
      file: "answers: { chain: [templates, rasa] }",
      want: ["templates", "rasa"],
    },
    { label: "an empty chain", file: "answers: { chain: [] }", want: [] },
    {
      label: "two of one type",
      file: "backends: { old: { type: rasa, url: 'http://a' }, new: { type: rasa, url: 'http://b' } }",
      want: ["old", "new", "templates"],
    },
  ])("the chain: $label", ({ env = {}, file, want }) => {
    const config = load(env, file);
    expect(config.backends.map(({ name }) => name)).toEqual(want);
    expect(config.answers.chain).toEqual(want);
  });

  test("a backend outside the chain is noted", () => {
    const config = load({ RASA_URL: "http://rasa:5005" }, "answers: { chain: [rasa] }");
    expect(config.notices).toEqual(["backend templates is configured but not in answers.chain"]);
  });

  test.each([
    {
      label: "a chain with a backend that is not configured",
      file: "answers:\n  chain: [rasa]",
      want: [
        "config/bridge.yml:2 answers.chain.0: is not a configured backend; configured: templates",
      ],
    },
    {
      label: "a backend twice in the chain",
      file: "answers:\n  chain:\n    - templates\n    - templates",
      want: ["config/bridge.yml:4 answers.chain.1: stands in the chain already"],
    },
    {
      label: "files a backend cannot read, in the backend's own words",
      file: "backends:\n  templates: { path: nowhere }",
      want: ["config/bridge.yml:2 backends.templates: there is no such file"],
    },
    {
      label: "a backend once, not again in the chain",
      env: { RASA_URL: "rasa" },
      file: "answers: { chain: [rasa, templates] }",
      want: ["backends.rasa.url (RASA_URL): Invalid URL"],
    },
  ])("refuses $label", ({ env = {}, file, want }) => {
    expect(problemsOf(env, file)).toEqual(want);
  });

  test("an error that is no refusal is a bug and stays one", () => {
    const broken = {
      type: "broken",
      variables: [{ name: "BROKEN", setting: "x", switchesOn: true }],
      configure: () => {
        throw new TypeError("a bug");
      },
    };
    const modules = { ...FAKE_MODULES, backends: [broken] };
    expect(() => load({ BROKEN: "1" }, undefined, modules)).toThrow(new TypeError("a bug"));
  });
});

describe("files that people send", () => {
  const bucket = {
    S3_ENDPOINT: "https://s3.test/",
    S3_BUCKET: "files",
    S3_ACCESS_KEY_ID: "AKIA1",
    S3_SECRET_ACCESS_KEY: "bucket-secret",
  };

  test("are kept in the data folder, a month, unless something else is said", () => {
    const { media, retention } = load({});
    expect(media).toEqual({
      enabled: true,
      maxBytes: 26_214_400,
      fetchTimeoutMs: 20_000,
      urlTtlMs: 3_600_000,
      refusedTypes: expect.arrayContaining(["text/html", "application/x-msdownload"]),
      s3Region: "us-east-1",
    });
    expect(retention.mediaDays).toBe(30);
  });

  test("may be kept in a bucket", () => {
    const { media } = load(bucket, "media: { s3_region: sa-east-1, refused_types: [video/*] }");
    expect(media).toMatchObject({
      s3Endpoint: "https://s3.test",
      s3Bucket: "files",
      s3Region: "sa-east-1",
      s3AccessKeyId: "AKIA1",
      s3SecretAccessKey: "bucket-secret",
      refusedTypes: ["video/*"],
    });
  });

  test("their secrets are known as such", () => {
    const config = load({ ...bucket, PONTE_MEDIA_KEY: "a-key-for-links-0123" });
    expect(configSecrets(config)).toEqual(["a-key-for-links-0123", "bucket-secret"]);
    const described = describeConfig(config);
    expect(described).toMatchObject({
      media: { keyConfigured: true, s3SecretAccessKeyConfigured: true, s3Bucket: "files" },
    });
    expect(JSON.stringify(described)).not.toMatch(/bucket-secret|a-key-for-links/);
  });

  test.each([
    {
      label: "half a bucket",
      env: { S3_BUCKET: "files", S3_ENDPOINT: "https://s3.test" },
      want: [
        "media.s3_access_key_id (S3_ACCESS_KEY_ID): is needed beside the other S3 settings",
        "media.s3_secret_access_key (S3_SECRET_ACCESS_KEY): is needed beside the other S3 settings",
      ],
    },
    {
      label: "a short key",
      env: { PONTE_MEDIA_KEY: "short" },
      want: ["media.key (PONTE_MEDIA_KEY): Too small: expected string to have >=16 characters"],
    },
    {
      label: "a bucket that leads elsewhere",
      env: { ...bucket, S3_BUCKET: "../other" },
      want: ["media.s3_bucket (S3_BUCKET): not the name of a bucket"],
    },
    {
      label: "an endpoint of another kind",
      env: { ...bucket, S3_ENDPOINT: "ftp://s3.test" },
      want: ["media.s3_endpoint (S3_ENDPOINT): not an http or https URL"],
    },
    {
      label: "a type that is none",
      file: "media: { refused_types: [html] }",
      want: ["config/bridge.yml:1 media.refused_types.0: not a MIME type such as text/html"],
    },
    {
      label: "too much memory",
      file: "media: { max_bytes: 104857601 }",
      want: ["config/bridge.yml:1 media.max_bytes: Too big: expected number to be <=104857600"],
    },
  ])("$label is refused", ({ env = {}, file, want }) => {
    expect(problemsOf(env, file)).toEqual(want);
  });
});
