import { randomBytes } from "node:crypto";
import type { Finding, WebhookCaller } from "../../channels/webhook-registration.ts";
import type { CallTools } from "../../flow/call.ts";
import { HttpFailure, type HttpRequest, type HttpResponse } from "../../transport.ts";

const TIMEOUT_MS = 10_000;

/** Without it, ngrok's free plan shows a page of its own to programs. */
const PAST_THE_PAGE = { "ngrok-skip-browser-warning": "1" };

/** What came of one call made in the provider's place. */
export interface Trial extends Finding {
  readonly name: string;
}

async function send(
  request: HttpRequest,
  { http }: Pick<CallTools, "http">,
): Promise<HttpResponse> {
  const headers = { ...request.headers, ...PAST_THE_PAGE };
  return http({ ...request, headers }, { timeoutMs: TIMEOUT_MS, maxBytes: 256 * 1024 });
}

async function tryCall(
  request: HttpRequest,
  tools: Pick<CallTools, "http">,
  judge: (response: HttpResponse) => Finding,
): Promise<Finding> {
  try {
    return judge(await send(request, tools));
  } catch (thrown) {
    if (!(thrown instanceof HttpFailure)) throw thrown;
    return {
      level: "fail",
      detail: `no answer: ${thrown.reason}`,
      fix: "is the bridge running, and does the address lead to it?",
    };
  }
}

/** Asks an address as the provider does before it registers it. */
export async function askHandshake(
  caller: WebhookCaller,
  url: string,
  tools: Pick<CallTools, "http">,
): Promise<Finding> {
  const challenge = randomBytes(12).toString("hex");
  const asked = caller.handshake?.(url, challenge);
  if (asked === undefined) return { level: "ok", detail: "the provider asks nothing" };
  return tryCall(asked.request, tools, (response) =>
    asked.isAnswered(response)
      ? { level: "ok", detail: "answered as the provider wants it" }
      : judgeHandshake(response),
  );
}

function judgeHandshake({ status }: HttpResponse): Finding {
  if (status === 401 || status === 403)
    return {
      level: "fail",
      detail: `refused with ${status}: the bridge there has another word for it`,
      fix: "it was started before the variable was changed (restart it), or it is another bridge",
    };
  if (status === 404)
    return {
      level: "fail",
      detail: "there is no such address (404)",
      fix: "is the channel configured in the bridge that runs there, and does the proxy keep the path as it is?",
    };
  return {
    level: "fail",
    detail: `answered with ${status}, and not with what was asked for`,
    fix: "something in between answers: a login page, a proxy's error, another program",
  };
}

/** Posts a genuine call that tells of nothing, and one that is not genuine, which must be refused. */
export async function tryPosts(
  caller: WebhookCaller,
  { url, bare, now }: { readonly url: string; readonly bare: string; readonly now: Date },
  tools: Pick<CallTools, "http">,
): Promise<readonly Trial[]> {
  const genuine = await caller.post(url, caller.emptyBody, now);
  const forged: HttpRequest = {
    method: "POST",
    url: bare,
    headers: { "content-type": "application/json" },
    body: "{}",
  };
  const [taken, refused] = await Promise.all([
    tryCall(genuine, tools, judgeGenuine),
    tryCall(forged, tools, judgeForged),
  ]);
  return [
    { name: "genuine call", ...taken },
    { name: "forged call", ...refused },
  ];
}

function judgeGenuine({ status }: HttpResponse): Finding {
  if (status >= 200 && status < 300) return { level: "ok", detail: `taken (${status})` };
  if (status === 401 || status === 403)
    return {
      level: "fail",
      detail: `refused as forged (${status})`,
      fix: "the bridge there has another secret: restart it, or correct the variable",
    };
  if (status === 503)
    return {
      level: "fail",
      detail: "not stored (503)",
      fix: "its database is away: `ponte doctor` there",
    };
  return {
    level: "fail",
    detail: `answered with ${status}`,
    fix: "is this the webhook of this channel?",
  };
}

function judgeForged({ status }: HttpResponse): Finding {
  if (status === 401) return { level: "ok", detail: "refused (401), as it must be" };
  if (status >= 200 && status < 300)
    return {
      level: "fail",
      detail: `taken (${status}): anybody can make up messages`,
      fix: "set the channel's secret (Cloud API: WHATSAPP_APP_SECRET, and no WHATSAPP_ALLOW_UNSIGNED)",
    };
  return { level: "warn", detail: `answered with ${status}, where 401 is expected` };
}
