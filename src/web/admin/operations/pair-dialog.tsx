import { useEffect } from "preact/hooks";
import { common } from "../../i18n/common.ts";
import { operations } from "../../i18n/operations.ts";
import { get, type PageOf, post } from "../../shared/api.ts";
import { useResource } from "../../shared/resource.ts";
import { Copy } from "../../shared/ui/copy.tsx";
import { Dialog } from "../../shared/ui/dialog.tsx";
import { Loaded } from "../../shared/ui/states.tsx";
import { say } from "../../shared/ui/toast.tsx";
import type { Channel, Pairing } from "./types.ts";
import { readPicture } from "./webhook-address.ts";

/** How long a code is good. Source: WhatsApp shows a new one about every 20 seconds. */
const RENEW_MS = 20_000;

/** Milliseconds between two looks at whether the phone has scanned it. */
const LOOK_MS = 3_000;

interface PairDialogProps {
  readonly channel: string;
  readonly account: string;
  readonly onClose: () => void;
}

/** Shows the code with which a phone is paired, renews it, and closes by itself once it worked. */
export function PairDialog({ channel, account, onClose }: PairDialogProps) {
  const code = useResource<Pairing>(
    `pair ${channel} ${account}`,
    (signal) => post(`/channels/${encodeURIComponent(channel)}/connect`, { account }, { signal }),
    { pollMs: RENEW_MS },
  );
  const state = useResource(
    `state ${channel} ${account}`,
    async (signal) => {
      const { data } = await get<PageOf<Channel>>("/channels", {}, signal);
      const health = data.find(({ name }) => name === channel)?.health;
      return { now: health?.find((one) => one.account === account)?.state ?? null };
    },
    { pollMs: LOOK_MS },
  );
  const isConnected = state.data?.now === "connected" || code.data?.state === "connected";
  useEffect(() => {
    if (!isConnected) return;
    say(operations("pair_done", { account }));
    onClose();
  }, [isConnected]);
  return (
    <Dialog title={operations("pair_title", { account })} onClose={onClose}>
      <p>{operations("pair_intro")}</p>
      <Loaded from={code}>{(data) => <Code pairing={data} />}</Loaded>
      <p class="hint" role="status">
        <span class="spinner" aria-hidden="true" />{" "}
        {operations("pair_wait", { seconds: RENEW_MS / 1_000 })}
      </p>
    </Dialog>
  );
}

function Code({ pairing: { qr, code, pairing_code: typed } }: { readonly pairing: Pairing }) {
  const picture = readPicture(qr);
  return (
    <>
      {picture !== undefined && (
        <img class="op-pair-picture" src={picture} alt={operations("pair_picture")} />
      )}
      {typed !== null && (
        <p class="row">
          {operations("pair_code")} <code class="op-pair-code">{typed}</code>
          <Copy text={typed} label={common("copy")} />
        </p>
      )}
      {picture === undefined && typed === null && (
        <p>{code === null ? operations("pair_none") : <code class="op-pair-text">{code}</code>}</p>
      )}
    </>
  );
}
