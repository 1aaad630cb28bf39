import { addressOf, type Query } from "./address.ts";

/** A refusal of the API, or no answer at all (status 0). */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  /** Which part of a request is wrong, by its pointer. */
  readonly errors: readonly { readonly pointer: string; readonly detail: string }[];
  readonly retryAfterS: number | undefined;

  constructor(
    status: number,
    code: string,
    detail: string,
    more: Partial<Pick<ApiProblem, "errors" | "retryAfterS">> = {},
  ) {
    super(detail);
    this.name = "ApiProblem";
    this.status = status;
    this.code = code;
    this.errors = more.errors ?? [];
    this.retryAfterS = more.retryAfterS;
  }
}

export interface CallOptions {
  readonly query?: Query;
  /** Sent as JSON; a Blob as it is. */
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  /** Names the request, so that a repetition is not done twice. */
  readonly idempotencyKey?: string;
}

/** One page of a list. */
export interface PageOf<Row> {
  readonly data: readonly Row[];
  readonly next_cursor: string | null;
}

/** Called where the API says that nobody is signed in (any more). */
let onSignedOut: () => void = () => undefined;

export function whenSignedOut(listener: () => void): void {
  onSignedOut = listener;
}

/** Calls the API. Throws an `ApiProblem` for everything but a good answer, and what aborting throws. */
export async function call<Answer>(
  method: "GET" | "POST" | "PATCH" | "DELETE",
  path: string,
  options: CallOptions = {},
): Promise<Answer> {
  const response = await send(method, path, options);
  if (response.ok) return readAnswer(response);
  throw await refusalOf(response);
}

/** Reads a good answer as what it is known to be: the server holds it against the same schema. */
export async function readAnswer<Answer>(response: Response): Promise<Answer> {
  const answer: Answer = await response.json();
  return answer;
}

/** Reads why the API refused a call; where the session has ended, the page is told. */
export async function refusalOf(response: Response): Promise<ApiProblem> {
  const problem = await readProblem(response);
  if (response.status === 401) onSignedOut();
  return problem;
}

export const get = <Answer>(path: string, query?: Query, signal?: AbortSignal): Promise<Answer> =>
  call("GET", path, {
    ...(query !== undefined && { query }),
    ...(signal !== undefined && { signal }),
  });

export const post = <Answer>(path: string, body: unknown = {}, options: CallOptions = {}) =>
  call<Answer>("POST", path, { ...options, body });

async function send(method: string, path: string, options: CallOptions): Promise<Response> {
  const { query, body, signal, idempotencyKey } = options;
  const isRaw = body instanceof Blob;
  const headers = {
    "X-Requested-With": "ponte",
    "Accept-Language": document.documentElement.lang,
    ...(body !== undefined && !isRaw && { "Content-Type": "application/json" }),
    ...(idempotencyKey !== undefined && { "Idempotency-Key": idempotencyKey }),
  };
  try {
    return await fetch(addressOf(path, query), {
      method,
      headers,
      ...(body !== undefined && { body: isRaw ? body : JSON.stringify(body) }),
      ...(signal !== undefined && { signal }),
    });
  } catch (thrown) {
    if (signal?.aborted === true) throw thrown;
    throw new ApiProblem(0, "offline", "the server does not answer");
  }
}

interface ProblemBody {
  readonly code?: string;
  readonly detail?: string;
  readonly errors?: readonly { readonly pointer?: string; readonly detail?: string }[];
}

async function readProblem(response: Response): Promise<ApiProblem> {
  const body: ProblemBody = await response.json().catch(() => ({}));
  const after = Number(response.headers.get("Retry-After") ?? "");
  const errors = body.errors?.map(({ pointer = "", detail = "" }) => ({ pointer, detail }));
  return new ApiProblem(response.status, body.code ?? "", body.detail ?? response.statusText, {
    ...(errors !== undefined && { errors }),
    ...(after > 0 && { retryAfterS: after }),
  });
}
