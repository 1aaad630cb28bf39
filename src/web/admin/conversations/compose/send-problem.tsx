import { common } from "../../../i18n/common.ts";
import { conversations } from "../../../i18n/conversations.ts";
import type { ApiProblem } from "../../../shared/api.ts";
import { Icon } from "../../../shared/ui/icon.tsx";
import { SafeText } from "../../../shared/ui/safe-text.tsx";

/** Why something was not sent, beside what was to be sent. */
export function SendProblem({ problem }: { readonly problem: ApiProblem | undefined }) {
  if (problem === undefined) return null;
  return (
    <div class="banner banner-bad" role="alert">
      <Icon name="warning" size={16} />
      <span>
        {problem.status === 0 && common("offline_title")}
        {problem.status === 401 && conversations("send_after_sign_in")}
        {problem.status !== 0 && problem.status !== 401 && (
          <SafeText
            text={[problem.message, ...problem.errors.map(({ detail }) => detail)].join("\n")}
          />
        )}
      </span>
    </div>
  );
}
