import { useState } from "preact/hooks";
import { simulator } from "../../i18n/simulator.ts";
import { Dialog } from "../../shared/ui/dialog.tsx";
import { Icon } from "../../shared/ui/icon.tsx";
import type { Seat } from "../state/desk.ts";
import type { Line } from "../state/wire.ts";
import { ContactForm } from "./contact-form.tsx";
import { FileForm } from "./file-form.tsx";
import { LocationForm } from "./location-form.tsx";

interface AttachSheetProps {
  readonly line: Line;
  readonly seat: Seat;
  readonly onClose: () => void;
}

const KINDS = [
  { kind: "file", icon: "attach" },
  { kind: "location", icon: "location" },
  { kind: "contact", icon: "person" },
] as const;

type Kind = (typeof KINDS)[number]["kind"];

/** What can be sent beside words. */
export function AttachSheet({ line, seat, onClose }: AttachSheetProps) {
  const { media, location } = line.features;
  const isAble: Readonly<Record<Kind, boolean>> = { file: media, location, contact: location };
  const able = KINDS.filter(({ kind }) => isAble[kind]);
  const [chosen, setChosen] = useState<Kind>(media ? "file" : "location");
  const Form = { file: FileForm, location: LocationForm, contact: ContactForm }[chosen];
  return (
    <Dialog title={simulator("attach")} shape="sheet" onClose={onClose}>
      <div class="attach-kinds" role="group" aria-label={simulator("attach_kind")}>
        {able.map(({ kind, icon }) => (
          <button
            key={kind}
            type="button"
            class="button"
            aria-pressed={kind === chosen}
            onClick={() => setChosen(kind)}
          >
            <Icon name={icon} size={18} /> {simulator(`attach_${kind}`)}
          </button>
        ))}
      </div>
      <Form seat={seat} onDone={onClose} />
    </Dialog>
  );
}
