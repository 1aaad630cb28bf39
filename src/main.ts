import { enableCompileCache, flushCompileCache } from "node:module";
import path from "node:path";
import { setFlagsFromString } from "node:v8";

/**
 * Where a checkout keeps its compiled modules for the next start, which need not strip their types again; where it cannot be
 * written, each start does. Built modules have no types, and start nearly as fast without the 12 MB that a cache takes.
 */
const COMPILED = path.resolve(import.meta.dirname, "../node_modules/.cache/ponte");

const isCheckout = import.meta.filename.endsWith(".ts");

/** How much V8 enlarges the space of new objects where many of them stay, 1 being not at all; 2 is its own default. */
const growNewSpaceBy = (factor: number): void =>
  setFlagsFromString(`--semi-space-growth-factor=${factor}`);

if (isCheckout) enableCompileCache(COMPILED);
// Nearly all that is made while modules are loaded stays: a space that grew with it would be held empty ever after, 128 MB of it.
growNewSpaceBy(1);
await import("./run.ts");
growNewSpaceBy(2);
// Now, not at the end: a program that is killed has none.
if (isCheckout) flushCompileCache();
