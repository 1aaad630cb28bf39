import { describe, expect, test } from "@jest/globals";
import { load, problemsOf, refusal } from "./fakes.ts";

const SECRET_DETAIL =
  "a secret must come from the environment: leave it out here or write one ${VARIABLE} and nothing else";
const PASSWORD_DETAIL =
  "a password must come from the environment: write a ${VARIABLE} in its place";
const NOT_BOOLEAN =
  'expected boolean; or expected one of "true"|"1"|"yes"|"on"|"y"|"enabled"|"false"|"0"|"no"|"off"|"n"|"disabled"';

describe("the server's own settings", () => {
  test.each([
    {
      label: "a bad variable by its setting and name",
      env: { PORT: "many" },
      want: ["server.port (PORT): expected number"],
    },
    {
      label: "a bad setting by file and line",
      file: "server:\n\n  role: king",
      want: ['config/bridge.yml:3 server.role (PONTE_ROLE): expected one of "all"|"web"|"worker"'],
    },
    {
      label: "an unknown key with the one that was meant",
      file: "delivery:\n  max_atempts: 3",
      want: [
        "config/bridge.yml:2 delivery.max_atempts: unknown setting; did you mean max_attempts?",
      ],
    },
    {
      label: "a key in another spelling than the file's",
      file: "delivery: { maxAttempts: 3 }",
      want: [
        "config/bridge.yml:1 delivery.maxAttempts: unknown setting; did you mean max_attempts?",
      ],
    },
    {
      label: "an unknown key that is blank",
      file: "server:\n  colour:",
      want: ["config/bridge.yml:2 server.colour: unknown setting"],
    },
    {
      label: "an unknown section",
      file: "chanels: {}",
      want: ["config/bridge.yml:1 chanels: unknown setting; did you mean channels?"],
    },
    {
      label: "a section that is no mapping",
      file: "server: 5006",
      want: ["config/bridge.yml:1 server: expected object"],
    },
    {
      label: "a file that is no mapping",
      file: "- server",
      want: ["config/bridge.yml:1: must hold settings by name"],
    },
    {
      label: "a key written twice",
      file: "server:\n  port: 1\n  port: 2",
      want: ["config/bridge.yml:3: port is written twice"],
    },
    {
      label: "broken YAML by line",
      file: 'server:\n  host: "open',
      want: ["config/bridge.yml:2: not valid YAML: Missing closing"],
    },
    {
      label: "a reference to a variable that is not set",
      file: "server:\n  host: ${NOBODY}",
      want: ["config/bridge.yml:2 server.host: the environment variable NOBODY is not set"],
    },
    {
      label: "a file asked for by name that does not exist",
      env: { PONTE_CONFIG: "elsewhere.yml" },
      want: ["PONTE_CONFIG: the file does not exist"],
    },
    {
      label: "a variable and its alias with different values",
      env: { REDIS_URL: "redis://a", AZURE_REDIS_CONNECTIONSTRING: "redis://b" },
      want: [
        "REDIS_URL, AZURE_REDIS_CONNECTIONSTRING: names for one setting with different values",
      ],
    },
    {
      label: "an admin key that fits no header",
      env: { PONTE_ADMIN_KEY: "two words" },
      want: ["server.admin_key (PONTE_ADMIN_KEY): must be one word without spaces"],
    },
    {
      label: "a database that is not PostgreSQL",
      env: { DATABASE_URL: "mysql://h/d" },
      want: ["database.url (DATABASE_URL): not a postgres:// or postgresql:// URL"],
    },
    {
      label: "a Redis address of no known form",
      env: { AZURE_REDIS_CONNECTIONSTRING: "h,password=x" },
      want: [
        "redis.url (REDIS_URL, AZURE_REDIS_CONNECTIONSTRING): neither a redis:// or rediss:// URL nor host:port,password=...,ssl=True",
      ],
    },
    {
      label: "a public URL that is no web address",
      env: { PUBLIC_URL: "ftp://h" },
      want: ["server.public_url (PUBLIC_URL): not an http or https URL"],
    },
    {
      label: "a switch that is neither on nor off",
      env: { PONTE_METRICS_PUBLIC: "maybe" },
      want: [`server.metrics_public (PONTE_METRICS_PUBLIC): ${NOT_BOOLEAN}`],
    },
    {
      label: "repetitions forgotten before providers stop repeating",
      file: "retention: { inbox_days: 7 }",
      want: ["config/bridge.yml:1 retention.inbox_days: Too small: expected number to be >=8"],
    },
    {
      label: "a language that has no static reply",
      file: "answers: { language: fr }",
      want: ["config/bridge.yml:1 answers.language: has no text in static_replies"],
    },
    {
      label: "texts under what is no language",
      file: "answers:\n  static_replies:\n    Portuguese: oi",
      want: [
        "config/bridge.yml:3 answers.static_replies.Portuguese: not a language tag such as pt-BR",
      ],
    },
    {
      label: "a word of two commands, however it is spelt",
      file: "commands:\n  keywords:\n    help:\n      pt-BR: [SAÍR]",
      want: ["config/bridge.yml:3 commands.keywords.help: shares a word with stop"],
    },
    {
      label: "an unknown command",
      file: "commands: { keywords: { stopp: {} } }",
      want: ["config/bridge.yml:1 commands.keywords.stopp: unknown setting; did you mean stop?"],
    },
  ])("refuses $label", ({ env = {}, file, want }) => {
    expect(problemsOf(env, env.PONTE_CONFIG === undefined ? file : undefined)).toEqual(want);
  });
});

describe("secrets in the file", () => {
  const ENV = { PHONE_TOKEN: "token-value", PHONE_NUMBERS: "1", PW: "pw-value" };
  const token = (written: string) => `channels:\n  mobile:\n    token: ${written}`;
  const tokenAt = "config/bridge.yml:3 channels.mobile.token (PHONE_TOKEN, OLD_PHONE_TOKEN)";

  test.each([
    { label: "a written secret", file: token("abcdef"), want: [`${tokenAt}: ${SECRET_DETAIL}`] },
    {
      label: "a secret as the default of a reference",
      file: token("${NOBODY:-abcdef}"),
      want: [`${tokenAt}: ${SECRET_DETAIL}`],
    },
    {
      label: "a secret beside a reference",
      file: token("abc${PW}"),
      want: [`${tokenAt}: ${SECRET_DETAIL}`],
    },
    {
      label: "each written secret of a list",
      file: "channels:\n  mobile:\n    keys:\n      - ${PW}\n      - 12345678",
      want: [
        `config/bridge.yml:5 channels.mobile.keys.1 (PHONE_KEYS): ${SECRET_DETAIL}`,
        "config/bridge.yml:5 channels.mobile.keys.1 (PHONE_KEYS): expected string",
      ],
    },
    {
      label: "a written secret under another name than the default",
      file: "channels:\n  second: { type: phone, token: abcdef, numbers: [1] }",
      want: [
        `config/bridge.yml:2 channels.second.token: ${SECRET_DETAIL}`,
        "config/bridge.yml:2 channels.second.numbers.0: expected string",
      ],
    },
    {
      label: "a written admin key",
      file: "server: { admin_key: abcdefghijklmnop }",
      want: [`config/bridge.yml:1 server.admin_key (PONTE_ADMIN_KEY): ${SECRET_DETAIL}`],
    },
    {
      label: "a password in the database URL",
      file: "database: { url: 'postgres://u:written@h/d' }",
      want: [`config/bridge.yml:1 database.url (DATABASE_URL): ${PASSWORD_DETAIL}`],
    },
    {
      label: "a password as a default in the database URL",
      file: "database: { url: 'postgres://u:${NOBODY:-written}@h/d' }",
      want: [`config/bridge.yml:1 database.url (DATABASE_URL): ${PASSWORD_DETAIL}`],
    },
    {
      label: "a password in the query of the database URL",
      file: "database: { url: 'postgres://h/d?password=written' }",
      want: [`config/bridge.yml:1 database.url (DATABASE_URL): ${PASSWORD_DETAIL}`],
    },
    {
      label: "a password in a connection string of Redis",
      file: "redis: { url: 'h:6380,password=written,ssl=True' }",
      want: [
        `config/bridge.yml:1 redis.url (REDIS_URL, AZURE_REDIS_CONNECTIONSTRING): ${PASSWORD_DETAIL}`,
      ],
    },
  ])("refuses $label", ({ file, want }) => {
    expect(problemsOf(ENV, file)).toEqual(want);
  });

  test.each([
    { label: "one reference", file: token("${PW}") },
    { label: "a reference that may be empty", file: "channels: { mobile: { keys: '${NO:-}' } }" },
    { label: "a password by reference", file: "database: { url: 'postgres://u:${PW}@h/d' }" },
    { label: "an address without a password", file: "redis: { url: 'redis://h:6379' }" },
    {
      label: "a password of a connection string by reference",
      file: "redis: { url: 'h:6380,password=${PW},ssl=True' }",
    },
  ])("accepts $label", ({ file }) => {
    expect(load(ENV, file).file).toBe("config/bridge.yml");
  });
});

describe("all problems at once", () => {
  const FILE = [
    "server:",
    "  port: 99999",
    "  admin_key: written-secret-key",
    "channels:",
    "  mobile:",
    "    numbers: [abc]",
    "    tokn: x",
    "  Bad Name: { type: phone }",
    "backends:",
    "  rasa:",
    "    url: ${NOBODY}",
    "answers:",
    "  chain: [rasa, tempates]",
    "extra: 1",
  ].join("\n");

  test("lists every problem of every part in one error", () => {
    expect(problemsOf({ LOG_LEVEL: "loud" }, FILE)).toEqual([
      "config/bridge.yml:11 backends.rasa.url: the environment variable NOBODY is not set",
      "config/bridge.yml:14 extra: unknown setting",
      `config/bridge.yml:3 server.admin_key (PONTE_ADMIN_KEY): ${SECRET_DETAIL}`,
      "config/bridge.yml:2 server.port (PORT): Too big: expected number to be <=65535",
      'server.log_level (LOG_LEVEL): expected one of "debug"|"info"|"warn"|"error"',
      "config/bridge.yml:8 channels.Bad Name: a name has 1 to 63 lower-case letters, digits, - and _",
      "config/bridge.yml:5 channels.mobile.token (PHONE_TOKEN, OLD_PHONE_TOKEN): is required and not set",
      "config/bridge.yml:6 channels.mobile.numbers.0 (PHONE_NUMBERS): must be digits",
      "config/bridge.yml:7 channels.mobile.tokn: unknown setting; did you mean token?",
      "config/bridge.yml:13 answers.chain.1: is not a configured backend; did you mean templates?",
    ]);
  });

  test("tells them in one message", () => {
    const message = "the configuration has 1 problem\n  - server.port (PORT): expected number";
    expect(refusal({ PORT: "many" }).message).toBe(message);
  });

  test("never tells a value, wherever it stands", () => {
    const planted = "planted-9f3b";
    const env = {
      PORT: planted,
      PONTE_ROLE: planted,
      DATABASE_URL: `mysql://u:${planted}@h/d`,
      REDIS_URL: planted,
      PHONE_TOKEN: planted,
      OLD_PHONE_TOKEN: `${planted}-2`,
      PHONE_NUMBERS: planted,
      PHONE_LOUD: planted,
      RASA_URL: planted,
    };
    const files = [
      `server: { admin_key: ${planted}, public_url: ${planted} }\nanswers: { chain: 5 }`,
      `channels: { mobile: { type: ${planted} } }`,
      `server: "${planted}`,
      `server: !${planted} x`,
      `server: *${planted}`,
      `server:\n  - ${planted}\n ${planted}`,
      `server: "\\${planted}"`,
      `server: \${${planted} x}`,
    ];
    const told = files.map((file) => refusal(env, file).message).join("\n");
    expect(told).not.toContain(planted);
  });
});
