import { createServer } from "node:http";
import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";

export interface ServerOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly limits?: Partial<ServerLimits>;
  /** Adds what is served beside the application, before the server listens. */
  readonly attach?: (server: Server) => void;
  /** Whether connections that want to speak something else than HTTP are handed on; where something is attached, if absent. */
  readonly takesUpgrades?: () => boolean;
}

/** How long, in milliseconds, a caller may take; each bound is for the slow and the hostile alike. */
export interface ServerLimits {
  readonly headersTimeoutMs: number;
  readonly requestTimeoutMs: number;
  /** How often connections are checked against the two above. */
  readonly checkMs: number;
  /** Above the 60 s of usual proxies, so that they and not we close a connection first. */
  readonly keepAliveMs: number;
  readonly maxHeaderBytes: number;
}

export interface RunningServer {
  readonly url: string;
  readonly port: number;
  /** Makes every answer from now on the last of its connection: whoever has more to say comes to another process. */
  readonly drain: () => void;
  /** Takes no new connection, lets the calls under way end within `graceMs`, then cuts what is left. */
  readonly close: (graceMs: number) => Promise<void>;
}

const LIMITS: ServerLimits = {
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 20_000,
  checkMs: 5_000,
  keepAliveMs: 65_000,
  maxHeaderBytes: 16 * 1024,
};

/** How often, while closing, connections that have become idle are closed. */
const SWEEP_MS = 50;

const patient = new WeakSet<IncomingMessage>();

/** Lets the body of a request come for as long as it comes; whoever reads it must not wait for ever for the next piece. */
export function allowLongBody(request: IncomingMessage): void {
  patient.add(request);
}

const TIMED_OUT = "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n";

/** Ends a request whose body is not there in time. Headers have a limit of their own. */
function limitBody(request: IncomingMessage, { requestTimeoutMs }: ServerLimits): void {
  const timer = setTimeout(() => {
    if (request.complete || patient.has(request)) return;
    request.socket.end(TIMED_OUT);
    request.destroy();
  }, requestTimeoutMs);
  timer.unref();
  request.once("close", () => clearTimeout(timer));
}

/** Bytes of a body that need no other limit than its time. */
const SMALL_BODY_BYTES = 1024 * 1024;

/** Milliseconds in which a caller that is still writing may hear the answer before the connection ends. */
const LAST_WORD_MS = 1_000;

/** Reads no further once a large body was answered before its end: Node would take it to the last byte and throw it away. */
function limitLeftover(request: IncomingMessage, response: ServerResponse): void {
  const { "content-length": length, "transfer-encoding": encoding } = request.headers;
  if (encoding === undefined && Number(length ?? 0) <= SMALL_BODY_BYTES) return;
  response.once("finish", () => {
    if (request.complete) return;
    const { socket } = request;
    // Node begins to throw the rest away in this very tick.
    setImmediate(() => socket.pause());
    setTimeout(() => socket.destroy(), LAST_WORD_MS).unref();
  });
}

/** Starts listening. Rejects where the address is taken. */
export async function startServer(
  app: RequestListener,
  options: ServerOptions,
): Promise<RunningServer> {
  const limits = { ...LIMITS, ...options.limits };
  const { takesUpgrades } = options;
  const server = createServer(
    {
      headersTimeout: limits.headersTimeoutMs,
      // Node's own limit knows no exceptions; see limitBody.
      requestTimeout: 0,
      connectionsCheckingInterval: limits.checkMs,
      keepAliveTimeout: limits.keepAliveMs,
      maxHeaderSize: limits.maxHeaderBytes,
      ...(takesUpgrades !== undefined && { shouldUpgradeCallback: takesUpgrades }),
    },
    app,
  );
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    limitBody(request, limits);
    limitLeftover(request, response);
  });
  const drain = prepareDrain(server);
  options.attach?.(server);
  await listen(server, options);
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : options.port;
  return {
    port,
    url: `http://${hostInUrl(options.host)}:${port}`,
    drain,
    close: (graceMs) => close(server, graceMs),
  };
}

/** A connection that is kept would bring the next call to a process that is about to be gone. */
function prepareDrain(server: Server): () => void {
  const open = new Set<ServerResponse>();
  let isDraining = false;
  // Before the application, which may answer at once.
  server.prependListener("request", (_request: IncomingMessage, response: ServerResponse) => {
    open.add(response);
    response.once("close", () => open.delete(response));
    if (isDraining) response.shouldKeepAlive = false;
  });
  return () => {
    isDraining = true;
    for (const response of open) if (!response.headersSent) response.shouldKeepAlive = false;
  };
}

function listen(server: Server, { host, port }: ServerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

/** Where a browser on this machine finds a server that listens on `host`. */
function hostInUrl(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}

function close(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
    const cut = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearInterval(sweep);
      clearTimeout(cut);
      resolve();
    });
  });
}
