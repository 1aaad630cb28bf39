import { details } from "../../../i18n/conversation-details.ts";
import { addressOf } from "../../../shared/address.ts";
import { call } from "../../../shared/api.ts";
import { navigate } from "../../../shared/router.ts";
import { may } from "../../../shared/session.ts";
import { Icon } from "../../../shared/ui/icon.tsx";
import { say } from "../../../shared/ui/toast.tsx";
import { hrefOf } from "../filters.ts";
import { ConfirmButton } from "./confirm-button.tsx";

interface RecordPartProps {
  readonly contactId: string;
  readonly onErased: () => void;
}

/** Everything kept on the person: handed out, or erased for good. */
export function RecordPart({ contactId, onErased }: RecordPartProps) {
  const mayExport = may("contacts:read");
  const mayErase = may("contacts:write");
  if (!mayExport && !mayErase) return null;
  const erase = async () => {
    await call("DELETE", `/contacts/${contactId}`);
    say(details("erased"));
    navigate(hrefOf(undefined), { replace: true });
    onErased();
  };
  return (
    <section class="panel-part">
      <h3>{details("record")}</h3>
      <div class="row">
        {mayExport && (
          <a
            class="button button-small"
            href={addressOf(`/contacts/${contactId}/export`)}
            download={`contact-${contactId}.json`}
          >
            <Icon name="download" size={16} /> {details("export")}
          </a>
        )}
        {mayErase && (
          <ConfirmButton
            tone="danger"
            label={details("erase")}
            detail={details("erase_detail")}
            word={{
              text: details("erase_word"),
              label: details("erase_type", { word: details("erase_word") }),
            }}
            run={erase}
          />
        )}
      </div>
    </section>
  );
}
