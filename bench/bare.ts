import { Agent, request } from "node:http";

/**
 * The least that sending takes: a loop that posts the same payload to the same stand-in, `connections` at a time, and keeps
 * nothing. Run as `node bench/bare.ts <url> <messages> <connections>`; prints the messages per second.
 */
const [url = "", messages = "0", connections = "1"] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: Number(connections) });
const headers = {
  "content-type": "application/json",
  authorization: "Bearer bench-token-0123456789",
};

function post(body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const sending = request(`${url}/v25.0/1/messages`, { method: "POST", agent, headers });
    sending.on("error", reject);
    sending.on("response", (response) => {
      response.on("end", resolve).on("error", reject);
      response.resume();
    });
    sending.end(body);
  });
}

let left = Number(messages);
async function work(): Promise<void> {
  while (left > 0) {
    left -= 1;
    const to = `556199${String(left).padStart(7, "0")}`;
    const parameters = [{ type: "text", text: `R$ ${left},00` }];
    const template = { name: "bench_notice", language: { code: "pt_BR" } };
    await post(
      JSON.stringify({
        messaging_product: "whatsapp",
        recipient_type: "individual",
        to,
        type: "template",
        template: { ...template, components: [{ type: "body", parameters }] },
      }),
    );
  }
}

const began = performance.now();
await Promise.all(Array.from({ length: Number(connections) }, work));
process.stdout.write(`${Number(messages) / ((performance.now() - began) / 1_000)}\n`);
process.exit(0);
