import { useState } from "preact/hooks";
import { common } from "../../i18n/common.ts";
import { templates } from "../../i18n/templates.ts";
import { call } from "../../shared/api.ts";
import { may } from "../../shared/session.ts";
import { Action } from "../../shared/ui/action.tsx";
import { Dialog } from "../../shared/ui/dialog.tsx";
import { Icon } from "../../shared/ui/icon.tsx";
import { SafeText } from "../../shared/ui/safe-text.tsx";
import { say } from "../../shared/ui/toast.tsx";
import { useChannels } from "../campaigns/channels.ts";
import { languageWord } from "./template-words.tsx";
import type { Template } from "./types.ts";

/** The providers at which templates are made and removed from here. */
export const MAKES_TEMPLATES = "cloud";

interface RemoveTemplateProps {
  readonly template: Template;
  readonly onDone: () => void;
}

/** Removes a template at its provider, once somebody agrees. */
export function RemoveTemplate({ template, onDone }: RemoveTemplateProps) {
  const [isAsking, setAsking] = useState(false);
  const channels = useChannels();
  const type = channels.data?.find(({ name }) => name === template.channel)?.type;
  if (!may("templates:write") || type !== MAKES_TEMPLATES || template.gone_at !== null) return null;
  const run = async () => {
    await call("DELETE", `/templates/${template.id}`);
    say(templates("removed"));
    setAsking(false);
    onDone();
  };
  return (
    <>
      <button type="button" class="button button-danger" onClick={() => setAsking(true)}>
        <Icon name="trash" size={16} /> {templates("remove")}
      </button>
      {isAsking && (
        <Dialog
          title={templates("remove_title")}
          onClose={() => setAsking(false)}
          actions={
            <>
              <button type="button" class="button" onClick={() => setAsking(false)}>
                {common("cancel")}
              </button>
              <Action tone="danger" icon="trash" run={run}>
                {templates("remove_confirm")}
              </Action>
            </>
          }
        >
          <p>
            <SafeText
              text={templates("remove_detail", {
                name: template.name,
                language: languageWord(template.language),
              })}
            />
          </p>
        </Dialog>
      )}
    </>
  );
}
