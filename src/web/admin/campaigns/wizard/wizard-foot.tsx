import type { ComponentChildren } from "preact";
import { common } from "../../../i18n/common.ts";
import { wizard } from "../../../i18n/wizard.ts";
import type { ApiProblem } from "../../../shared/api.ts";
import { Action } from "../../../shared/ui/action.tsx";
import { Icon } from "../../../shared/ui/icon.tsx";
import { Findings } from "../../templates/template-bubble.tsx";

interface WizardFootProps {
  readonly onBack?: (() => void) | undefined;
  readonly next?: (() => Promise<void>) | undefined;
  readonly isReady?: boolean;
  readonly problem?: ApiProblem | undefined;
  /** Instead of the usual way on. */
  readonly children?: ComponentChildren;
}

/** The way back and the way on, with what keeps somebody from it. */
export function WizardFoot({ onBack, next, isReady = true, problem, children }: WizardFootProps) {
  return (
    <>
      {problem !== undefined && (
        <div role="alert" class="stack-lines">
          <strong>{wizard("not_saved")}</strong>
          <Findings problems={wordsOf(problem)} warnings={[]} />
        </div>
      )}
      <div class="wizard-foot">
        {onBack !== undefined && (
          <button type="button" class="button" onClick={onBack}>
            <Icon name="back" size={16} /> {wizard("previous")}
          </button>
        )}
        <span class="wizard-gap" />
        {children}
        {next !== undefined && (
          <Action tone="primary" disabled={!isReady} run={next}>
            {wizard("next")} <Icon name="next" size={16} />
          </Action>
        )}
      </div>
    </>
  );
}

function wordsOf({ status, errors, message }: ApiProblem): readonly string[] {
  if (status === 0) return [common("offline_title")];
  return errors.length === 0 ? [message] : [...new Set(errors.map(({ detail }) => detail))];
}
