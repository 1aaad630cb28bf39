import { useState } from "preact/hooks";
import { conversations } from "../../../i18n/conversations.ts";
import type { ConversationDetail } from "../../../shared/api-types.ts";
import { may } from "../../../shared/session.ts";
import { Icon } from "../../../shared/ui/icon.tsx";
import { now } from "../../../shared/ui/now.ts";
import type { Channel } from "../types.ts";
import { stateOf, windowLeft } from "../who.ts";
import { TemplateComposer } from "./template-composer.tsx";
import { TextComposer } from "./text-composer.tsx";

interface ComposerProps {
  readonly conversation: ConversationDetail;
  readonly channel: Channel | undefined;
  readonly onSent: () => void;
}

/** Where an operator writes: free text while the provider takes it, a template otherwise. */
export function Composer({ conversation, channel, onSent }: ComposerProps) {
  const [wantsTemplate, setWantsTemplate] = useState(false);
  if (!may("messages:write")) return null;
  const isClosed = windowLeft(conversation, now.value) === 0;
  const hasTemplates = (channel?.has_templates ?? true) && may("templates:read");
  const usesTemplate = hasTemplates && (isClosed || wantsTemplate);
  return (
    <section class="composer" aria-label={conversations("composer_label")}>
      {conversation.opted_out && (
        <p class="banner banner-warning">
          <Icon name="stop" size={16} /> <span>{conversations("opted_out_note")}</span>
        </p>
      )}
      {isClosed && (
        <p class="banner banner-info">
          <Icon name="clock" size={16} />
          <span>{conversations(hasTemplates ? "closed_template" : "closed_nothing")}</span>
        </p>
      )}
      {usesTemplate && <TemplateComposer conversation={conversation} onSent={onSent} />}
      {!usesTemplate && !isClosed && (
        <TextComposer key={conversation.id} conversation={conversation} onSent={onSent} />
      )}
      {!isClosed && (
        <div class="row spread composer-more">
          {hasTemplates && (
            <button
              type="button"
              class="link-button composer-switch"
              onClick={() => setWantsTemplate(!wantsTemplate)}
            >
              {conversations(wantsTemplate ? "use_text" : "use_template")}
            </button>
          )}
          {stateOf(conversation) === "bot" && (
            <span class="hint">{conversations("bot_goes_on")}</span>
          )}
        </div>
      )}
    </section>
  );
}
