import type OpenAI from "openai";
import { BridgeError } from "../../errors.ts";
import type { BackendTools } from "../backend.ts";
import { type Declined, declinedBy, nameFailure } from "./errors.ts";
import { sdkFetch } from "./fetch.ts";
import type { OpenAiSettings } from "./settings.ts";

/** Milliseconds the SDK's own clock runs longer than our client's, which knows why a call ended. */
const LONGER_MS = 5_000;

/** A call of the SDK before its answer is parsed: what the server sends may be anything. */
interface SdkCall {
  readonly asResponse: () => Promise<Response>;
}

/** What came of a call: parsed JSON, or that the server would not work on this one message. */
export type Called =
  | { readonly kind: "answer"; readonly body: unknown; readonly requestId?: string }
  | { readonly kind: "declined"; readonly reason: Declined };

/** Makes one call. Throws `answer_*`, or the reason of an abort as it is. */
export type CallModel = (
  run: (client: OpenAI, options: { readonly signal: AbortSignal }) => SdkCall,
  signal: AbortSignal,
) => Promise<Called>;

/** Builds the one way to the model's server. The SDK is loaded with the first call, since loading it takes long. */
export function createCall(
  settings: OpenAiSettings,
  { http }: Pick<BackendTools, "http">,
): CallModel {
  let opened: Promise<OpenAI> | undefined;
  const open = () => (opened ??= openClient(settings, http));
  return async (run, signal) => {
    try {
      signal.throwIfAborted();
      // Not awaited: that would make the SDK parse the answer, which it cannot do where a server sends another shape.
      const call = run(await open(), { signal });
      return await read(await call.asResponse());
    } catch (thrown) {
      signal.throwIfAborted();
      const reason = declinedBy(thrown);
      if (reason !== undefined) return { kind: "declined", reason };
      throw nameFailure(thrown);
    }
  };
}

/** Every option is given, so that the SDK takes none from the environment. */
async function openClient(settings: OpenAiSettings, http: BackendTools["http"]): Promise<OpenAI> {
  const { default: Client } = await import("openai");
  return new Client({
    apiKey: settings.api_key ?? "none",
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    baseURL: settings.base_url,
    timeout: settings.timeout_ms + LONGER_MS,
    maxRetries: 0,
    logLevel: "off",
    fetch: sdkFetch(http, settings),
  });
}

async function read(response: Response): Promise<Called> {
  const requestId = readRequestId(response.headers.get("x-request-id"));
  const body = readJson(await response.text());
  return { kind: "answer", body, ...(requestId !== undefined && { requestId }) };
}

function readRequestId(header: string | null): string | undefined {
  return header !== null && /^[\w.:-]{1,128}$/.test(header) ? header : undefined;
}

function readJson(text: string): unknown {
  try {
    const parsed: unknown = JSON.parse(text);
    return parsed;
  } catch {
    // No cause: it would quote what the model wrote.
    throw new BridgeError("answer_unreadable", "the model server's answer is not JSON");
  }
}
