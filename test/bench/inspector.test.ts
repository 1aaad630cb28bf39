import { expect, test } from "@jest/globals";
import { type Profile, sharesOf } from "../../bench/inspector.ts";

const ROOT = "file:///somewhere/ponte";

/** A profile in which a thread was found in each of these once, for so many milliseconds. */
function profileOf(frames: readonly (readonly [string, string, number])[]): Profile {
  return {
    nodes: frames.map(([functionName, url], id) => ({ id, callFrame: { functionName, url } })),
    samples: frames.map((_frame, id) => id),
    timeDeltas: frames.map(([, , ms]) => ms * 1_000),
  };
}

test("a profile is added up by whose code runs, and waiting is nobody's", () => {
  const shares = sharesOf(
    profileOf([
      ["(idle)", "", 900],
      ["parse", `${ROOT}/node_modules/zod/v4/core/parse.js`, 3],
      ["safeParse", `${ROOT}/node_modules/zod/v4/classic/parse.js`, 2],
      ["startSpan", `${ROOT}/node_modules/@opentelemetry/api/build/trace.js`, 1],
      ["claim", `${ROOT}/src/db/mailbox.ts`, 4],
      ["claim", `${ROOT}/dist/db/mailbox.js`, 1],
      ["run", `${ROOT}/src/run.ts`, 7],
      ["emit", "node:events", 6],
      ["writev", "", 8],
      ["writeUtf8String", "", 2],
      ["(garbage collector)", "", 9],
      ["(program)", "", 10],
    ]),
  );
  expect(Object.fromEntries(shares)).toEqual({
    zod: 5,
    "@opentelemetry/api": 1,
    "ours: db": 5,
    "ours: run": 7,
    Node: 6,
    "the kernel, writing to sockets": 10,
    "garbage collection": 9,
    "other native code": 10,
  });
});
