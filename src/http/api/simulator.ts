import { z } from "zod";
import { BridgeError } from "../../errors.ts";
import type { Behaviour } from "../../simulator/behaviours.ts";
import type { LineDescription } from "../../simulator/lines/line.ts";
import type { SimulatedPerson } from "../../simulator/simulator.ts";
import { owns } from "./caller.ts";
import { readBody } from "./list-body.ts";
import { nothing } from "./parameters.ts";
import { type Route, defineRoute } from "./route.ts";
import { mustOwnLine, mustOwnSome, mustSimulate } from "./simulator-caller.ts";
import {
  behaviourChange,
  behaviourShown,
  line,
  person,
  simulatorShown,
} from "./simulator-schemas.ts";

const scope = "simulator:write";
const tag = "simulator";

function showLine({ features, ...rest }: LineDescription) {
  const { typedChoices, ...others } = features;
  return {
    ...rest,
    features: { ...others, typed_choices: typedChoices },
    failures: [...rest.failures],
  };
}

function showBehaviour({ channel, person: digits }: SimulatedPerson, behaviour: Behaviour) {
  const { ticks, delayMs, reads, failCode } = behaviour;
  return {
    channel,
    person: `+${digits}`,
    ticks,
    delay_ms: delayMs,
    reads,
    fail_code: failCode,
  };
}

/** What a file may be said to be; parameters such as `codecs=opus` belong to it. */
const MIME_TYPE = /^[\w.+-]{1,60}\/[\w.+-]{1,80}(; ?[\w-]{1,20}=[\w"., +-]{1,60})?$/;

function mimeTypeOf(header: string | undefined): string {
  if (header !== undefined && MIME_TYPE.test(header)) return header;
  throw new BridgeError("request_invalid", "Content-Type must say what the file is");
}

const fileRoute = defineRoute({
  method: "post",
  path: "/simulator/files",
  scope,
  summary: "Keeps a file for an hour, for a simulated person to send",
  tag,
  status: 201,
  readsBody: true,
  query: z.strictObject({ file_name: z.string().min(1).max(255).optional() }),
  body: nothing,
  answer: z
    .strictObject({ file_id: z.guid(), mime_type: z.string(), size_bytes: z.int() })
    .meta({ id: "SimulatorFile" }),
  handle: async ({ query, request }, deps) => {
    const simulator = mustOwnSome(deps);
    const mimeType = mimeTypeOf(request.headers["content-type"]);
    const facts = { mimeType, fileName: query.file_name };
    const { fileId, sizeBytes } = await simulator.keepFile(readBody(request), facts);
    return { file_id: fileId, mime_type: mimeType, size_bytes: sizeBytes };
  },
});

const takesFiles: Route = {
  ...fileRoute,
  operation: {
    ...fileRoute.operation,
    requestBody: {
      content: { "*/*": { schema: { type: "string", format: "binary" } } },
    },
  },
};

/** The simulated lines, how they behave, and the files that people send on them. */
export const simulatorRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/simulator",
    scope,
    summary: "Shows the simulated lines",
    tag,
    // The numbers are those of simulated lines.
    hasNoNumbers: true,
    query: nothing,
    body: nothing,
    answer: simulatorShown,
    handle: (_input, deps) => {
      const { mode, lines } = mustSimulate(deps);
      const own = lines.filter(({ channel }) => owns(deps.caller, channel));
      return Promise.resolve({ mode, lines: own.map(showLine) });
    },
  }),
  defineRoute({
    method: "get",
    path: "/simulator/behaviour",
    scope,
    summary: "Shows how a line and a person's phone behave",
    tag,
    // The caller's own words.
    hasNoNumbers: true,
    query: z.strictObject({ channel: line, person }),
    body: nothing,
    answer: behaviourShown,
    handle: async ({ query }, deps) =>
      showBehaviour(query, await mustOwnLine(deps, query.channel).behaviour(query)),
  }),
  defineRoute({
    method: "post",
    path: "/simulator/behaviour",
    scope,
    summary: "Changes how a line and a person's phone behave, for a day",
    tag,
    // The caller's own words.
    hasNoNumbers: true,
    query: nothing,
    body: behaviourChange,
    answer: behaviourShown,
    handle: async ({ body }, deps) => {
      const { delay_ms: delayMs, fail_code: failCode, ticks, reads } = body;
      const change = { ticks, delayMs, reads, failCode };
      return showBehaviour(body, await mustOwnLine(deps, body.channel).behave(body, change));
    },
  }),
  takesFiles,
];
