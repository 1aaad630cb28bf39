/** What a control rests on: test files, and of a file with much else the tests whose full names it means. */
interface Suite {
  readonly file: string;
  readonly names?: RegExp;
}

/** A control of the security checklist and what holds it. */
export interface Control {
  /** As in the checklist: S1 to S23. */
  readonly id: string;
  readonly title: string;
  readonly suites: readonly Suite[];
  /** What no test of this machine can show. */
  readonly beside?: string;
}

const all = (...files: readonly string[]): readonly Suite[] => files.map((file) => ({ file }));
const some = (file: string, names: RegExp): Suite => ({ file, names });

/** Every control, with the suites that fail without it. Paths begin at `test/`. */
export const CONTROLS: readonly Control[] = [
  {
    id: "S1",
    title:
      "Signatures over the raw bytes, before anything is parsed, in constant time, with rotation",
    suites: all(
      "security/s1-timing.test.ts",
      "channels/cloud/verify.test.ts",
      "channels/evolution/verify.test.ts",
      "channels/serpro/token.test.ts",
    ),
    beside: "forgeries in great number: T19 of faults.md",
  },
  {
    id: "S2",
    title:
      "Event Grid: tokens of Entra checked, handshakes of strangers refused, no address fetched",
    suites: all("channels/azure/authenticate.test.ts", "channels/acs/receive.test.ts"),
  },
  {
    id: "S3",
    title: "Evolution: a secret or a token, and the instance's key never kept",
    suites: all(
      "channels/evolution/verify.test.ts",
      "channels/evolution/kept-body.test.ts",
      "channels/evolution/receive.test.ts",
    ),
  },
  {
    id: "S4",
    title: "A webhook that is sent again has no second effect",
    suites: all("security/s4-replay.test.ts", "db/duplicates.test.ts", "db/status-orders.test.ts"),
    beside: "the same over HTTP: T20 of faults.md",
  },
  {
    id: "S5",
    title: "The verify token in constant time, a bounded challenge as plain text",
    suites: [
      some("channels/cloud/verify.test.ts", /registers the webhook/),
      ...all("http/webhooks.test.ts"),
    ],
  },
  {
    id: "S6",
    title: "Nothing outside leads inside: addresses of files, webhooks, callbacks",
    suites: all(
      "security/s6-ssrf.test.ts",
      "http/public-address.test.ts",
      "flow/fetch-file.test.ts",
      "flow/outgoing-events.test.ts",
    ),
  },
  {
    id: "S7",
    title: "Files judged by their bytes, named anew, served inert",
    suites: all(
      "security/s7-media.test.ts",
      "media/sniff.test.ts",
      "media/file-name.test.ts",
      "media/links.test.ts",
      "http/files.test.ts",
    ),
  },
  {
    id: "S8",
    title: "Logs without secrets, numbers, texts and control characters",
    suites: all("security/s8-leak.test.ts", "log.test.ts", "http/secrets.test.ts"),
  },
  {
    id: "S9",
    title: "Erasure, export, retention, and an audit of who did what",
    suites: all(
      "flow/erase-contact.test.ts",
      "db/retention.test.ts",
      "db/audit.test.ts",
      "http/api/people.test.ts",
      "http/api/audit.test.ts",
    ),
  },
  {
    id: "S10",
    title: "Secrets from the environment alone, shown nowhere",
    suites: all(
      "config/problems.test.ts",
      "config/shipped.test.ts",
      "shown-settings.test.ts",
      "deploy/compose.test.ts",
    ),
  },
  {
    id: "S11",
    title: "No key of a body reaches what objects inherit",
    suites: all("security/s11-pollution.test.ts"),
  },
  {
    id: "S12",
    title: "No pattern takes long on any text",
    suites: all("security/s12-patterns.test.ts", "safe-pattern.test.ts"),
  },
  {
    id: "S13",
    title: "Texts bounded by channel; what turns or hides text is shown as what it is",
    suites: all("browser/hostile.test.ts", "channels/whatsapp/properties.test.ts"),
  },
  {
    id: "S14",
    title: "Values are never statements; the bridge runs as a user who owns nothing",
    suites: all(
      "security/s14-sql.test.ts",
      "security/s14-role.test.ts",
      "http/api/requests.test.ts",
    ),
  },
  {
    id: "S15",
    title: "Keys hashed, scopes, tenants, limits, no field taken over unread",
    suites: all(
      "security/s15-tenants.test.ts",
      "http/api/tenants.test.ts",
      "http/api/keys.test.ts",
      "http/api/roles.test.ts",
      "http/api/limits.test.ts",
      "http/api/paging.test.ts",
    ),
  },
  {
    id: "S16",
    title:
      "The dashboard: texts as texts, a strict content policy, no other site's calls, inert tables",
    suites: all(
      "security/s16-csrf.test.ts",
      "http/api/session.test.ts",
      "http/pages.test.ts",
      "http/docs.test.ts",
      "http/socket-io-guards.test.ts",
      "csv.test.ts",
      "browser/hostile.test.ts",
    ),
  },
  {
    id: "S17",
    title: "What a model says is limited, whatever it is told",
    suites: all(
      "security/s17-injection.test.ts",
      "answers/openai/links.test.ts",
      "answers/openai/guard.test.ts",
      "answers/openai/limits.test.ts",
      "answers/openai/budget.test.ts",
      "answers/openai/isolation.test.ts",
      "answers/openai/parse-reply.test.ts",
    ),
  },
  {
    id: "S18",
    title: "Floods and loops end, and cost the others nothing",
    suites: all(
      "flow/flood.test.ts",
      "flow/loop.test.ts",
      "flow/restrain.test.ts",
      "http/rate-limit.test.ts",
    ),
  },
  {
    id: "S19",
    title: "HTTP: time, size and form of requests bounded",
    suites: all("security/s19-smuggling.test.ts", "http/server.test.ts", "http/webhooks.test.ts"),
    beside: "slow connections and bombs in great number: T17 and T18 of faults.md",
  },
  {
    id: "S20",
    title: "Dependencies: pinned, listed, looked up",
    suites: [some("security/controls.test.ts", /dependencies/)],
    beside: "see Dependencies",
  },
  {
    id: "S21",
    title: "The container: no root, no rights, a disk that nobody writes",
    suites: all("deploy/dockerfile.test.ts", "deploy/compose.test.ts", "deploy/helm.test.ts"),
    beside: "no container engine on this machine: the flags are read, not run",
  },
  {
    id: "S22",
    title: "Failures say nothing of what is inside",
    suites: all("security/s22-errors.test.ts", "http/app.test.ts"),
  },
  {
    id: "S23",
    title: "Outgoing calls: certificates checked, times bounded, nobody calls for ever",
    suites: all("http/client.test.ts", "security/s23-tls.test.ts", "answers/breaker.test.ts"),
  },
];
