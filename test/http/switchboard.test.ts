import { request } from "node:http";
import { once } from "node:events";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { type RunningServer, startServer } from "../../src/http/server.ts";
import {
  createInnerServer,
  createSwitchboard,
  type Switchboard,
} from "../../src/http/switchboard.ts";

let switchboard: Switchboard;
let server: RunningServer;

beforeEach(async () => {
  switchboard = createSwitchboard();
  const { app, attach, takesUpgrades } = switchboard;
  server = await startServer(app, { host: "127.0.0.1", port: 0, attach, takesUpgrades });
});
afterEach(() => server.close(0));

const says = (text: string) => createInnerServer((_request, response) => response.end(text));

const ask = async () => (await fetch(server.url)).text();

/** What becomes of a call that asks to speak another protocol. */
async function upgrade(): Promise<string> {
  const call = request(server.url, { headers: { connection: "Upgrade", upgrade: "parrot" } }).end();
  const became = await Promise.race([
    once(call, "upgrade").then(() => "upgraded"),
    once(call, "response").then(() => "answered"),
  ]);
  call.destroy();
  return became;
}

test("calls go to whoever is connected, on connections that are kept too", async () => {
  switchboard.connect(says("first"));
  expect(await ask()).toBe("first");
  switchboard.connect(says("second"));
  expect(await ask()).toBe("second");
});

test("a call ends where it began", async () => {
  const held: (() => void)[] = [];
  switchboard.connect(
    createInnerServer((_request, response) => void held.push(() => response.end("first"))),
  );
  const early = ask();
  await new Promise((resolve) => {
    const look = setInterval(() => {
      if (held.length === 0) return;
      clearInterval(look);
      resolve(undefined);
    }, 5);
  });
  switchboard.connect(says("second"));
  expect(await ask()).toBe("second");
  held[0]?.();
  expect(await early).toBe("first");
});

test("other protocols are for whoever takes them; elsewhere such a call is one like any other", async () => {
  switchboard.connect(says("no"));
  expect(await upgrade()).toBe("answered");
  switchboard.connect(
    createInnerServer(
      () => undefined,
      (inner) => {
        inner.on("upgrade", (_request, socket) => {
          socket.end(
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: parrot\r\n\r\n",
          );
        });
      },
    ),
  );
  expect(await upgrade()).toBe("upgraded");
  switchboard.connect(says("no"));
  expect(await upgrade()).toBe("answered");
});
