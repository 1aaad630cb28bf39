import type { BackendTools } from "../../src/answers/backend.ts";
import { fetchHttp, fetchStream } from "./fetch-http.ts";

/** A backend's tools with real HTTP, no chance, and the given files. */
export function toolsWith(files: Readonly<Record<string, string>> = {}): BackendTools {
  return {
    http: fetchHttp,
    stream: fetchStream,
    random: () => 0,
    watch: () => () => undefined,
    warn: () => undefined,
    now: () => new Date("2026-11-21T10:00:00.000Z"),
    readText: (path) => {
      const text = files[path];
      if (text === undefined) throw new Error(`there is no file ${path}`);
      return text;
    },
    listFiles: (folder) => Object.keys(files).filter((path) => path.startsWith(`${folder}/`)),
  };
}
