import { people } from "../../i18n/people.ts";
import { SafeText } from "../../shared/ui/safe-text.tsx";

const KINDS = ["phone", "bsuid", "parent_bsuid", "lid", "sender"] as const;

/** The kind of an identity in words; one that is not known is shown as it is. */
export function nameOfKind(kind: string): string {
  const known = KINDS.find((name) => name === kind);
  return known === undefined ? kind : people(`kind_${known}`);
}

interface IdentityNameProps {
  readonly kind: string;
  readonly value: string;
}

/** An identity as people read it: a phone number with its `+`, anything else as the provider spells it. */
export function IdentityName({ kind, value }: IdentityNameProps) {
  const isBare = kind === "phone" && /^\d/.test(value);
  return <SafeText text={isBare ? `+${value}` : value} max={200} />;
}
