import express from "express";
import type { RequestHandler, Router } from "express";
import { DOCS_FILES, findDocsFiles } from "./docs-files.ts";
import { DOCS_PAGE, DOCS_START } from "./docs-page.ts";

/** Seconds for which a browser may show the files again without asking. */
const MAX_AGE_S = 86_400;

/** The page runs our script and Swagger UI's, and speaks to this server alone. Its style sheet has images of its own. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const headers: RequestHandler = (_request, response, next) => {
  response.set("Content-Security-Policy", POLICY);
  next();
};

/** Serves a text of ours. It goes with the program's version, so a browser asks for it each time. */
function serveText(type: string, text: string): RequestHandler {
  return (_request, response) => {
    response.set("Cache-Control", "no-cache").type(type).send(text);
  };
}

/** Builds the router of the API's documentation, to be mounted at `/docs` behind the usual security headers. */
export function docsRouter(): Router {
  const router = express.Router({ caseSensitive: true });
  const root = findDocsFiles();
  router.use(headers);
  router.get("/", serveText("html", DOCS_PAGE));
  router.get("/start.js", serveText("js", DOCS_START));
  for (const file of DOCS_FILES)
    router.get(`/${file}`, (_request, response) => {
      response.sendFile(file, { root, maxAge: MAX_AGE_S * 1000 });
    });
  return router;
}
