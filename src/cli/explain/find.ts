import { z } from "zod";
import { explanation } from "../../http/api/explain.ts";
import { message } from "../../http/api/message-schemas.ts";
import type { ApiClient } from "../api.ts";
import { ApiRefusal, pageOf } from "../api-answer.ts";
import { CliError } from "../failure.ts";

export type Explanation = z.output<typeof explanation>;

/** Finds the message by our id or by the provider's, and its whole way. Throws a `CliError`. */
export async function findExplanation(
  id: string,
  api: Pick<ApiClient, "get">,
): Promise<Explanation> {
  const explain = (ours: string) => api.get(`/messages/${ours}/explain`, explanation);
  if (z.guid().safeParse(id).success) {
    try {
      return await explain(id);
    } catch (error) {
      // Azure names messages as we do.
      if (!(error instanceof ApiRefusal) || error.status !== 404) throw error;
    }
  }
  const { data } = await api.get("/messages", pageOf(message), { external_id: id, limit: 2 });
  const [found, another] = data;
  if (found === undefined)
    throw new CliError(`no message has the id ${id}, neither ours nor a provider's`, {
      advice: "GET /messages lists what there is; after its retention a message is gone",
    });
  if (another !== undefined)
    throw new CliError(`several messages have the provider's id ${id}`, {
      advice: `explain one of them by our id: ${data.map(({ id: ours }) => ours).join(", ")}`,
    });
  return explain(found.id);
}
