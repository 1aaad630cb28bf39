import { wizard } from "../../../i18n/wizard.ts";
import { Icon } from "../../../shared/ui/icon.tsx";

export const WIZARD_STEPS = ["message", "list", "check", "import", "start"] as const;

export type WizardStep = (typeof WIZARD_STEPS)[number];

interface StepperProps {
  readonly steps: readonly WizardStep[];
  readonly now: WizardStep;
  /** Whether somebody may go there already. */
  readonly isOpen: (step: WizardStep) => boolean;
  readonly onGo: (step: WizardStep) => void;
}

/** The steps of the way, the one somebody is at marked; each that is open can be gone to. */
export function Stepper({ steps, now, isOpen, onGo }: StepperProps) {
  const at = steps.indexOf(now);
  return (
    <nav aria-label={wizard("steps")}>
      <ol class="stepper">
        {steps.map((step, index) => (
          <li key={step} class={index < at ? "step-done" : index === at ? "step-now" : ""}>
            <button
              type="button"
              aria-current={index === at ? "step" : undefined}
              disabled={!isOpen(step)}
              onClick={() => onGo(step)}
            >
              <span class="step-number" aria-hidden="true">
                {index < at ? <Icon name="check" size={14} /> : index + 1}
              </span>
              {wizard(`step_${step}`)}
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}
