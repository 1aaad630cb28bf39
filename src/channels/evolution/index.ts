import { defineChannel } from "../channel.ts";
import { createAcknowledge } from "./acknowledge.ts";
import { createAuthenticate } from "./authenticate.ts";
import { createDegrade } from "./outbound/degrade.ts";
import { hintFor } from "./hints.ts";
import { createPairing } from "./pairing.ts";
import { createLimits, windowOf } from "./pacing.ts";
import { createMedia } from "./media.ts";
import { createProbe } from "./probe.ts";
import { createReceive, reread } from "./receive.ts";
import { createInspections, createRegistration } from "./registration.ts";
import { createRender } from "./render.ts";
import { createInterpret, createPrepare } from "./send.ts";
import { evolutionSettings, secretsOf, VARIABLES } from "./settings.ts";

/** Bytes of the largest webhook body: a file of 25 MB as base64, and what stands beside it. */
const MAX_BODY_BYTES = 35 * 1024 * 1024;

/** UTF-16 code units of a text message; paired phones take more, Meta's API does not. */
const MAX_TEXT_LENGTH = 4096;

/** Evolution API, versions 1 and 2. */
export const evolution = defineChannel({
  type: "evolution",
  defaultName: "evolution",
  variables: VARIABLES,
  settings: evolutionSettings,
  hint: hintFor,
  create: (settings) => ({
    accounts: settings.instances,
    delivery: "push",
    webhookMethods: ["POST"],
    // Ten tries in about 20 minutes, in the memory of the server. Source: Evolution API, webhook controller.
    hasBriefRetries: true,
    authenticate: createAuthenticate(settings),
    receive: createReceive(settings),
    reread: (rawBody) => reread(rawBody, settings),
    render: createRender(settings),
    prepare: createPrepare(settings),
    interpret: createInterpret(settings),
    acknowledge: createAcknowledge(settings),
    degrade: createDegrade(settings),
    reconciliation: "none",
    typedChoices: true,
    media: createMedia(settings),
    probe: createProbe(settings),
    inspections: createInspections(settings),
    registration: createRegistration(settings),
    pairing: createPairing(settings),
    limits: createLimits(settings),
    ...windowOf(settings),
    maxBodyBytes: MAX_BODY_BYTES,
    maxTextLength: MAX_TEXT_LENGTH,
    endpoints: [settings.base_url],
    secrets: secretsOf(settings),
  }),
});
