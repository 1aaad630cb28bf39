import { operations } from "../../i18n/operations.ts";
import { Icon } from "../../shared/ui/icon.tsx";

/** Leads to a conversation, where there is one. */
export function ConversationLink({ id }: { readonly id: string | null | undefined }) {
  if (id === null || id === undefined) return null;
  return (
    <a class="op-conversation" href={`/admin/conversations/${encodeURIComponent(id)}`}>
      <Icon name="conversations" size={16} /> {operations("open_conversation")}
    </a>
  );
}
