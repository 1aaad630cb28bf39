import { openWebhooks, type Webhooks } from "ponte/webhooks";

let opened: Promise<Webhooks> | undefined;

/** Opens the webhooks once for each process, which then shares its connections; what failed is tried again. */
export function open(): Promise<Webhooks> {
  if (opened === undefined) {
    opened = openWebhooks({ env: process.env });
    opened.catch(() => (opened = undefined));
  }
  return opened;
}

export async function close(): Promise<void> {
  await (await opened)?.close();
}
