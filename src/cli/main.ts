import { existsSync } from "node:fs";
import { CommanderError } from "@commander-js/extra-typings";
import { createContext } from "./create-context.ts";
import { CliError, EXIT, messageOf } from "./failure.ts";
import { createProgram, needsSettings, readGlobalOptions } from "./program.ts";
import { BridgeError } from "../errors.ts";

/** Says what went wrong and what to do about it; returns the exit code. */
function report(error: unknown): number {
  const { json } = readGlobalOptions(words);
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (stopping.signal.aborted) {
    process.stderr.write("stopped\n");
    return EXIT.interrupted;
  }
  const isKnown = error instanceof CliError || error instanceof BridgeError;
  const message =
    error instanceof BridgeError ? `${error.detail} (${error.code})` : messageOf(error);
  const advice = error instanceof CliError ? error.advice : undefined;
  if (json)
    process.stderr.write(`${JSON.stringify({ error: { message, advice: advice ?? null } })}\n`);
  else {
    process.stderr.write(`ponte: ${message}\n${advice === undefined ? "" : `  ${advice}\n`}`);
    if (!isKnown && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  }
  return error instanceof CliError ? error.code : EXIT.failure;
}

/** A pipe that is closed early (`ponte … | head`) ends the command without a word. */
function endWithReader(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") process.exit(EXIT.ok);
      throw error;
    });
}

const words = process.argv.slice(2);
const stopping = new AbortController();
endWithReader();
// Once: a second Ctrl-C finds no handler and ends the process at once.
process.once("SIGINT", () => stopping.abort());
if (existsSync(".env")) process.loadEnvFile(".env");
try {
  const settings = needsSettings(words, process.env) ? await import("./settings.ts") : undefined;
  const context = createContext(words, process, stopping, settings?.readSettings);
  const program = await createProgram(words, context);
  if (words.length === 0) program.outputHelp();
  else await program.parseAsync(words, { from: "user" });
} catch (error) {
  process.exitCode = report(error);
}
