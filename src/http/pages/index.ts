import { gzipSync } from "node:zlib";
import express from "express";
import type { Request, RequestHandler, Router } from "express";
import type { Log } from "../../log.ts";
import type { Bundle, PageName } from "./bundle.ts";
import { ICON, PAGE_LANGUAGES, type PageLanguage, pageHtml } from "./html.ts";

/** Seconds for which a browser keeps a file whose name changes with its content: a year. */
const FOREVER_S = 31_536_000;

/**
 * What a page may do: run our own script and speak to this server. Nothing in the HTML runs, no text becomes markup or
 * script, nothing is loaded from elsewhere. Images and sounds may come from memory: recordings, previews, QR codes.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "object-src 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

const TYPES = { js: "text/javascript", css: "text/css", svg: "image/svg+xml" } as const;

export interface PageOptions {
  readonly page: PageName;
  readonly bundleOf: (page: PageName) => Promise<Bundle>;
  readonly log: Pick<Log, "error">;
}

/** The language of a page: what its address says, else what was chosen before, else what the browser prefers. */
function languageOf(request: Request): PageLanguage {
  const asked = [
    request.query["lang"],
    /(?:^|;)\s*ponte_language=([\w-]+)/.exec(request.get("cookie") ?? "")?.[1],
    request.acceptsLanguages([...PAGE_LANGUAGES]),
  ];
  return asked.flatMap((one) => PAGE_LANGUAGES.filter((known) => known === one))[0] ?? "en";
}

const headers: RequestHandler = (_request, response, next) => {
  response.set({
    "Content-Security-Policy": POLICY,
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(self)",
    Vary: "Accept-Language, Accept-Encoding, Cookie",
  });
  next();
};

/** Builds the router of one page, to be mounted at its name behind the usual security headers. */
export function pageRouter({ page, bundleOf, log }: PageOptions): Router {
  const router = express.Router({ caseSensitive: true });
  const zipped = new Map<string, Buffer>();
  const zip = (name: string, bytes: Uint8Array): Buffer => {
    const made = zipped.get(name) ?? gzipSync(bytes);
    zipped.set(name, made);
    return made;
  };

  const open = async (): Promise<Bundle | undefined> => {
    try {
      return await bundleOf(page);
    } catch (error) {
      log.error("a page cannot be shown: run `npm run build`", { page, error });
      return undefined;
    }
  };

  router.use(headers);
  router.get("/icon.svg", (_request, response) => {
    response.set("Cache-Control", "public, max-age=86400").type(TYPES.svg).send(ICON);
  });
  router.get("/assets/:name", async (request, response, next) => {
    const asset = (await open())?.assets.get(request.params.name);
    if (asset === undefined) {
      next();
      return;
    }
    response.set("Cache-Control", `public, max-age=${FOREVER_S}, immutable`);
    response.type(TYPES[asset.type]);
    if (request.acceptsEncodings("gzip") === false) response.send(Buffer.from(asset.bytes));
    else response.set("Content-Encoding", "gzip").send(zip(request.params.name, asset.bytes));
  });
  // Places within a page have addresses of their own, and all of them are the page.
  router.get(/^\/(?!assets\/)/, async (request, response) => {
    const bundle = await open();
    response.set("Cache-Control", "no-store").type("html");
    if (bundle === undefined) response.status(503).send("The page was not built: npm run build\n");
    else response.send(pageHtml(page, languageOf(request), bundle));
  });
  return router;
}
