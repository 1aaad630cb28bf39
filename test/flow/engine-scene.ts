import type { ChainStep } from "../../src/answers/chain.ts";
import { createMemoryCache } from "../../src/cache/memory.ts";
import type { Database } from "../../src/db/driver.ts";
import { createEngine, type Engine, type EngineDependencies } from "../../src/flow/engine.ts";
import { createLinks } from "../../src/media/links.ts";
import { CHANNEL, textMessage } from "../db/scene.ts";
import {
  callTools,
  defaultSettings,
  plainChannel,
  recordingObserver,
  scriptedHttp,
} from "./scene.ts";

const nothing = () => Promise.reject(new Error("no file is kept here"));

/** A whole engine over backends of a test; what it sends is kept. Nothing runs before `start`. */
export function engineOf(
  db: Database,
  backends: readonly ChainStep[],
  answers: Partial<EngineDependencies["answers"]>,
) {
  const settings = defaultSettings();
  const observer = recordingObserver();
  const cache = createMemoryCache();
  const { http, bodies } = scriptedHttp();
  const start = (): Engine => {
    const engine = createEngine({
      ...settings,
      db,
      tools: { ...callTools(http), cache },
      channels: new Map([[CHANNEL, { type: "cloud", channel: plainChannel() }]]),
      backends,
      answers: { ...settings.answers, chain: backends.map(({ name }) => name), ...answers },
      events: new Set(),
      conversation: { ...settings.conversation, staleAfterMs: 0 },
      engine: { ...settings.engine, pollMs: 5 },
      cache,
      buckets: cache,
      files: {
        store: { put: nothing, open: nothing, remove: nothing, tidy: nothing },
        links: createLinks({ secret: "links", ttlMs: 1_000, now: () => new Date() }),
        baseUrl: () => "",
        settings: settings.media,
      },
      observer,
    });
    engine.worker.start();
    return engine;
  };
  return { start, bodies, observer };
}

/** Lets a text arrive. */
export const sendText = (engine: Engine, text: string, phone = "5561991112222") =>
  engine.accept({
    channel: CHANNEL,
    headers: {},
    rawBody: Buffer.from("{}"),
    result: { kind: "events", events: [textMessage(`wamid.${phone}.${text}`, text, phone)] },
  });
