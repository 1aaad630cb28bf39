import {
  createHttpHeaders,
  type HttpClient,
  type PipelineRequest,
  type PipelineResponse,
} from "@azure/core-rest-pipeline";
import type { Http, HttpRequest, HttpResponse } from "../../transport.ts";

/** Our transport in the form that Azure's libraries take. */
export interface AzureTransport {
  readonly client: HttpClient;
  /** The answers that came, in order, as they were before a library read them. */
  readonly answers: readonly HttpResponse[];
}

const METHODS: readonly HttpRequest["method"][] = ["GET", "POST", "PUT", "DELETE"];

/** Makes Azure's libraries call through our client, so that its limits and its way of failing hold for them too. */
export function overTransport(http: Http, timeoutMs: number): AzureTransport {
  const answers: HttpResponse[] = [];
  const sendRequest = async (request: PipelineRequest): Promise<PipelineResponse> => {
    const signal = signalOf(request);
    const answer = await http(toCall(request), { timeoutMs, ...(signal && { signal }) });
    answers.push(answer);
    const headers = createHttpHeaders({ ...answer.headers });
    return { request, status: answer.status, headers, bodyAsText: answer.body };
  };
  return { client: { sendRequest }, answers };
}

function toCall(request: PipelineRequest): HttpRequest {
  const method = METHODS.find((known) => known === request.method);
  const { body } = request;
  if (method === undefined || (body !== undefined && body !== null && typeof body !== "string")) {
    throw new Error("a call of Azure's library that our transport does not carry");
  }
  const headers = request.headers.toJSON();
  return { method, url: request.url, headers, ...(typeof body === "string" && { body }) };
}

/** Azure's own type of signal has less than the platform's. */
function signalOf({ abortSignal }: PipelineRequest): AbortSignal | undefined {
  return abortSignal instanceof AbortSignal ? abortSignal : undefined;
}
