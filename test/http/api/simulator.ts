import type { MadeCall } from "../../../src/simulator/orders.ts";
import type { Simulator } from "../../../src/simulator/simulator.ts";

/** A simulator that takes the seeded channel for a simulated line, and makes no calls. */
export function agreeingSimulator(): Simulator {
  const call: MadeCall = {
    method: "POST",
    url: "http://127.0.0.1/webhooks/whatsapp/webhook",
    headers: { authorization: "Bearer eyJhbGciOiJIUzI1NiJ9.eyJhIjoxfQ.c2ln" },
    body: "{}",
    status: 200,
    answer: "",
    ms: 1,
  };
  const answer = { calls: [call], messages: [{ externalId: "wamid.SIMULATED" }] };
  const usual = { ticks: "auto", delayMs: 400, reads: true, failCode: null } as const;
  return {
    mode: "admin",
    channels: ["whatsapp"],
    lines: [
      {
        channel: "whatsapp",
        type: "cloud",
        account: "111",
        title: "WhatsApp",
        features: {
          buttons: true,
          lists: true,
          media: true,
          location: true,
          templates: true,
          voice: true,
          batches: true,
          reads: true,
          typedChoices: false,
        },
        failures: [{ code: "131026", title: "Message undeliverable", when: "later" }],
      },
    ],
    send: () => Promise.resolve(answer),
    report: () => Promise.resolve(answer),
    behaviour: () => Promise.resolve(usual),
    behave: () => Promise.resolve(usual),
    forget: () => Promise.resolve(),
    keepFile: async (chunks, { mimeType }) => {
      let sizeBytes = 0;
      for await (const chunk of chunks) sizeBytes += chunk.byteLength;
      return { fileId: "01a20020-dd4b-757a-b57f-45f42914f7bf", mimeType, sizeBytes };
    },
  };
}
