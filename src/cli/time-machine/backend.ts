import type { AnswerBackend, BackendTools } from "../../answers/backend.ts";
import { rasa } from "../../answers/rasa/index.ts";
import type { Config } from "../../config.ts";
import { isLoopback } from "../../config/modules.ts";
import { createHttp } from "../../http/client.ts";
import { listFiles, readText } from "../../program.ts";
import { CliError, EXIT } from "../failure.ts";

/** A backend that is asked again, under the name it is told by. */
export interface Chosen {
  readonly name: string;
  readonly backend: AnswerBackend;
}

export interface Wanted {
  readonly backend?: string | undefined;
  /** Another server of the same bot. */
  readonly rasaUrl?: string | undefined;
}

/** Finds the backend that is to be asked. Throws a `CliError`. */
export function chooseBackend(config: Config, { backend: name, rasaUrl }: Wanted): Chosen {
  const { backends } = config;
  const names = backends.map((one) => one.name).join(", ");
  const found = backends.find((one) =>
    name === undefined ? one.type === "rasa" : one.name === name,
  );
  if (name === undefined && rasaUrl === undefined)
    throw new CliError("say which backend is to be asked", {
      code: EXIT.usage,
      advice: `give --backend (${names}), or --rasa-url with the address of a Rasa server`,
    });
  if (name !== undefined && found === undefined)
    throw new CliError(`no backend is called ${name} here`, {
      code: EXIT.usage,
      advice: `the backends of this configuration are ${names}`,
    });
  if (rasaUrl === undefined && found !== undefined && found.type !== "rasa") return found;
  if (found !== undefined && found.type !== "rasa")
    throw new CliError(`${found.name} is no Rasa server`, {
      code: EXIT.usage,
      advice: "leave out --rasa-url, or name a backend of type rasa",
    });
  return openRasa(config, found, rasaUrl);
}

/** A Rasa that answers where it is asked: its callbacks would come to the running bridge. */
function openRasa(
  { server }: Config,
  found: Config["backends"][number] | undefined,
  url: string | undefined,
): Chosen {
  if (url !== undefined && !server.allowInsecure && isExposed(url))
    throw new CliError("people's messages would travel in plain http to another machine", {
      code: EXIT.usage,
      advice: "use https, or set PONTE_ALLOW_INSECURE=true",
    });
  const settings = { ...found?.settings, ...(url !== undefined && { url }), channel: "rest" };
  return { name: url ?? found?.name ?? "rasa", backend: rasa.configure(settings, tools()) };
}

function isExposed(url: string): boolean {
  if (!URL.canParse(url))
    throw new CliError(`${url} is no address`, {
      code: EXIT.usage,
      advice: "write --rasa-url http://localhost:5005",
    });
  const { protocol, hostname } = new URL(url);
  return protocol === "http:" && !isLoopback(hostname);
}

function tools(): BackendTools {
  const { http, stream } = createHttp();
  return {
    http,
    stream,
    random: Math.random,
    now: () => new Date(),
    warn: () => undefined,
    watch: () => () => undefined,
    readText,
    listFiles,
  };
}
