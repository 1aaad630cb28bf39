import { createServer, request as call } from "node:http";
import { listen, stopListening } from "./listen.ts";

/** A provider that takes several tokens at a time, as one does while a token is changed. */
export interface TokenGate {
  readonly url: string;
  /** The token of every call, in order of arrival. */
  readonly seen: readonly string[];
  readonly close: () => Promise<void>;
}

export interface TokenGateOptions {
  /** Whom calls with one of the tokens go on to, and the token that it takes. */
  readonly target: () => { readonly url: string; readonly token: string };
  readonly tokens: readonly string[];
}

/** Starts it before a stand-in; calls with any other token are refused. */
export async function startTokenGate({ target, tokens }: TokenGateOptions): Promise<TokenGate> {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    const token = (request.headers.authorization ?? "").replace("Bearer ", "");
    seen.push(token);
    if (!tokens.includes(token)) {
      response.writeHead(401).end("{}");
      return;
    }
    const { url, token: taken } = target();
    const onward = call(
      `${url}${request.url ?? ""}`,
      {
        method: request.method,
        headers: { ...request.headers, authorization: `Bearer ${taken}` },
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    onward.on("error", () => response.destroy());
    request.pipe(onward);
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    close: () => stopListening(server),
  };
}
