import { z } from "zod";
import { START_STYLES, startLink } from "../../links/start-link.ts";
import { startQr } from "../../links/start-qr.ts";
import { nothing } from "./parameters.ts";
import { InvalidRequest } from "./request-problem.ts";
import { defineRoute } from "./route.ts";

/** Who wrote a wrong value is told which one: the link's own words name it. */
function linkOf(query: Parameters<typeof startLink>[0]): string {
  try {
    return startLink(query);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "Error") throw error;
    const parameter = ["phone", "reference"].find((name) => error.message.includes(name)) ?? "text";
    throw new InvalidRequest([{ parameter, detail: error.message }]);
  }
}

/** Links that let a person begin a conversation with a reference. */
export const startLinkRoutes = [
  defineRoute({
    method: "get",
    path: "/start-link",
    scope: "channels:read",
    summary: "Makes a link, and its QR code, that opens a chat with us with a text typed in",
    tag: "links",
    hasNoNumbers: true,
    query: z.strictObject({
      phone: z.string().max(40).meta({ description: "Our number with its country." }),
      reference: z.string().max(64).optional(),
      style: z.enum(START_STYLES).default("command").meta({
        description: "The command, or a sentence in a language, which needs a start pattern.",
      }),
      text: z
        .string()
        .max(1_000)
        .optional()
        .meta({ description: "Your own text; `{reference}` is replaced." }),
    }),
    body: nothing,
    answer: z
      .strictObject({ url: z.url(), svg: z.string(), terminal: z.string() })
      .meta({ id: "StartLink" }),
    handle: ({ query: { reference, text, ...rest } }) => {
      const url = linkOf({
        ...rest,
        ...(reference !== undefined && { reference }),
        ...(text !== undefined && { text }),
      });
      const { svg, text: terminal } = startQr(url);
      return Promise.resolve({ url, svg, terminal });
    },
  }),
] as const;
