import { z } from "zod";
import { saveAccountStates } from "../../db/account-states.ts";
import { BridgeError } from "../../errors.ts";
import { owns } from "./caller.ts";
import { nothing, textFilter } from "./parameters.ts";
import { defineRoute } from "./route.ts";

/** Which account is to be paired. */
const pairingRequest = z.strictObject({ account: textFilter }).meta({ id: "PairingRequest" });

/** What a phone needs to be paired; all null where it is paired already. */
export const pairing = z
  .strictObject({
    state: z.enum(["connected", "connecting", "disconnected"]),
    qr: z
      .string()
      .nullable()
      .meta({ description: "A picture of the code, `data:image/png;base64,` and its bytes." }),
    code: z.string().nullable().meta({ description: "The text that the picture shows." }),
    pairing_code: z
      .string()
      .nullable()
      .meta({ description: "What can be typed into the phone instead." }),
  })
  .meta({ id: "Pairing" });

/** Pairs an account with a phone. */
export const channelConnectRoutes = [
  defineRoute({
    method: "post",
    path: "/channels/{name}/connect",
    scope: "channels:write",
    summary: "Asks the provider for the code with which a phone is paired",
    tag: "channels",
    // A login secret: not even a repetition finds it anywhere.
    keepsAnswer: false,
    query: nothing,
    body: pairingRequest,
    answer: pairing,
    handle: async ({ name, body: { account } }, { channels, connectAccount, db, caller }) => {
      const channel = owns(caller, name) ? channels.get(name)?.channel : undefined;
      if (channel === undefined)
        throw new BridgeError("request_not_found", "no channel has this name");
      if (!channel.accounts.includes(account))
        throw new BridgeError("request_not_found", "the channel has no such account");
      const found = await connectAccount(name, account);
      if (found === undefined)
        throw new BridgeError("request_conflict", "this account is not paired with a phone");
      const { state, qr = null, code = null, pairingCode = null } = found;
      if (state === "connected")
        await saveAccountStates(db, [{ channel: name, account, state, detail: "" }]);
      return { state, qr, code, pairing_code: pairingCode };
    },
  }),
] as const;
