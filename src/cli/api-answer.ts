import { z } from "zod";
import { CliError, EXIT } from "./failure.ts";

/** One page of a list. */
export const pageOf = <Row extends z.ZodType>(row: Row) =>
  z.object({ data: z.array(row), next_cursor: z.string().nullable() });

/** What a refusal says (RFC 9457). */
const problemSchema = z.object({
  status: z.number(),
  title: z.string().optional(),
  detail: z.string().optional(),
  code: z.string().optional(),
  errors: z
    .array(
      z.object({
        pointer: z.string().optional(),
        parameter: z.string().optional(),
        detail: z.string(),
      }),
    )
    .optional(),
});

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The API said no: its problem, and the code of it. */
export class ApiRefusal extends CliError {
  readonly status: number;
  readonly problem: string | undefined;

  constructor(status: number, problem: string | undefined, message: string, advice?: string) {
    super(message, {
      code: status === 422 || status === 400 ? EXIT.usage : EXIT.failure,
      ...(advice !== undefined && { advice }),
    });
    this.name = "ApiRefusal";
    this.status = status;
    this.problem = problem;
  }
}

function adviceOn(status: number, base: string): string | undefined {
  if (status === 401)
    return "give a key of this bridge in PONTE_API_KEY or PONTE_ADMIN_KEY, or run in the folder whose data/admin-key it made";
  if (status === 403)
    return "the key may not do this: make one with the scope that is missing (`ponte keys create`)";
  if (status === 404) return `is this the right bridge? ${base} was asked; --url names another one`;
  if (status === 503) return "the bridge cannot reach its database: `ponte doctor` says more";
  return undefined;
}

/** Turns an answer that is none into words. */
export async function refusal(response: Response, what: string, base: string): Promise<ApiRefusal> {
  const text = await response.text();
  const parsed = problemSchema.safeParse(parseJson(text));
  if (!parsed.success)
    return new ApiRefusal(
      response.status,
      undefined,
      `${base} answered ${response.status} to ${what}, and not as a bridge does`,
      "is something else listening there? --url names the bridge",
    );
  const { status, detail, title, code, errors = [] } = parsed.data;
  const lines = errors.map((one) => `  ${one.parameter ?? one.pointer ?? ""}: ${one.detail}`);
  const head = `${detail ?? title ?? "refused"} (${code ?? status})`;
  return new ApiRefusal(status, code, [head, ...lines].join("\n"), adviceOn(status, base));
}
