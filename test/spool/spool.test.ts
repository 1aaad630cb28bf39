import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, describe, expect, test } from "@jest/globals";
import { DISK } from "../../src/spool/disk.ts";
import { until } from "../until.ts";
import { idsIn, textFrom, webhookOf } from "./samples.ts";
import {
  makeFolder,
  openScene,
  removeFolder,
  type SceneOptions,
  type SpoolScene,
} from "./scene.ts";
import { volatileDisk } from "./volatile-disk.ts";

const scenes: SpoolScene[] = [];

async function open(options: SceneOptions = {}): Promise<SpoolScene> {
  const scene = await openScene(options);
  scenes.push(scene);
  return scene;
}

afterEach(async () => {
  for (const { spool, folder } of scenes.splice(0)) {
    await spool.close();
    removeFolder(folder);
  }
});

const segmentsIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".spool"))
    .map((name) => path.join(folder, name));

const isEmpty = ({ spool }: SpoolScene) => spool.state().entries === 0;

describe("while the database is there", () => {
  test("nothing is written to the disk", async () => {
    const { db, arrive, spool, folder } = await open();
    await arrive(webhookOf("A"));
    expect(db.ids()).toEqual(["A"]);
    expect(segmentsIn(folder)).toEqual([]);
    expect(spool.state()).toMatchObject({
      entries: 0,
      bytes: 0,
      oldestSeconds: 0,
      damagedFiles: 0,
    });
  });
});

describe("while the database is away", () => {
  test("webhooks are kept, counted, and stored in order once it is back", async () => {
    const scene = await open();
    const { db, arrive, spool, outcomes, log } = scene;
    db.isAway = true;
    for (const id of ["A", "B", "C"]) await arrive(webhookOf(id));
    expect(spool.state()).toMatchObject({ entries: 3, limitBytes: 64 * 1024 * 1024 });
    expect(spool.state().bytes).toBeGreaterThan(300);
    db.isAway = false;
    await until(() => isEmpty(scene));
    await until(() => spool.state().bytes === 0);
    expect(db.taken.flatMap(idsIn)).toEqual(["A", "B", "C"]);
    expect(outcomes.toSorted()).toEqual(["kept", "kept", "kept", "stored", "stored", "stored"]);
    await until(() => log.lines.some(({ message }) => message.includes("empty again")));
    expect(log.lines.map(({ level }) => level)).toEqual(["warn", "info"]);
  });

  test("what arrives while it is being stored again does not overtake", async () => {
    const scene = await open();
    const { db, arrive } = scene;
    db.isAway = true;
    const ids = Array.from({ length: 200 }, (_, n) => `M${n}`);
    for (const id of ids.slice(0, 50)) await arrive(webhookOf(id));
    db.isAway = false;
    for (const id of ids.slice(50)) await arrive(webhookOf(id));
    await until(() => isEmpty(scene));
    expect(db.taken.flatMap(idsIn)).toEqual(ids);
  });

  test("each webhook keeps its headers and its body, and says when it arrived", async () => {
    const scene = await open();
    const { db, arrive } = scene;
    db.isAway = true;
    const webhook = webhookOf("A", { rawBody: Buffer.from([0, 1, 255]) });
    await arrive(webhook);
    db.isAway = false;
    await until(() => isEmpty(scene));
    const [stored] = db.taken;
    expect(stored).toEqual({
      ...webhook,
      headers: { ...webhook.headers, "x-ponte-spooled-at": stored?.headers["x-ponte-spooled-at"] },
    });
    expect(Date.parse(stored?.headers["x-ponte-spooled-at"] ?? "")).toBeGreaterThan(0);
  });

  test("a channel that does not use the spool gets the refusal it always got", async () => {
    const { db, arrive, spool } = await open({ takes: (channel) => channel === "evolution" });
    db.isAway = true;
    await expect(arrive(webhookOf("A", { channel: "whatsapp" }))).rejects.toMatchObject({
      code: "store_unavailable",
    });
    expect(spool.state().entries).toBe(0);
  });

  test("a full spool refuses, and what it has taken is not touched", async () => {
    const scene = await open({ maxBytes: 2_000 });
    const { db, arrive, outcomes, spool } = scene;
    db.isAway = true;
    const taken: string[] = [];
    const refused: unknown[] = [];
    for (let n = 0; n < 10; n += 1)
      await arrive(webhookOf(`M${n}`)).then(
        () => taken.push(`M${n}`),
        (error: unknown) => refused.push(error),
      );
    expect(taken.length).toBeGreaterThan(0);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]).toMatchObject({ code: "store_overloaded" });
    expect(spool.state().bytes).toBeLessThanOrEqual(2_000);
    expect(outcomes.filter((outcome) => outcome === "refused")).toHaveLength(refused.length);
    db.isAway = false;
    await until(() => isEmpty(scene));
    expect(db.taken.flatMap(idsIn)).toEqual(taken);
  });

  test("files belong to this user alone", async () => {
    const { db, arrive, folder } = await open();
    db.isAway = true;
    await arrive(webhookOf("A"));
    const [file = ""] = segmentsIn(folder);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(path.dirname(file)).mode & 0o777).toBe(0o700);
  });
});

describe("a stop", () => {
  test("leaves what is in the spool to the next start, which stores it before anything new", async () => {
    const first = await open();
    const { folder, db } = first;
    db.isAway = true;
    for (const id of ["A", "B"]) await first.arrive(webhookOf(id));
    await first.spool.close();
    db.isAway = false;
    const second = await open({ folder, db });
    await second.arrive(webhookOf("C"));
    await until(() => isEmpty(second));
    expect(db.taken.flatMap(idsIn)).toEqual(["A", "B", "C"]);
    await second.spool.close();
    expect(readdirSync(folder)).toEqual([]);
  });

  test("another version of the program reads the bodies anew", async () => {
    const first = await open({ version: "1.0.0" });
    const { folder, db } = first;
    db.isAway = true;
    await first.arrive(webhookOf("A"));
    await first.spool.close();
    db.isAway = false;
    await until(async () => {
      const second = await open({ folder, db, version: "1.0.1" });
      await until(() => isEmpty(second));
      return true;
    });
    expect(db.taken.map(({ result }) => result)).toEqual([
      { kind: "quarantine", reason: "read anew" },
    ]);
  });

  test("a channel that is gone meanwhile has its webhooks stored for an operator", async () => {
    const first = await open();
    const { folder, db } = first;
    db.isAway = true;
    await first.arrive(webhookOf("A"));
    await first.spool.close();
    db.isAway = false;
    const second = await open({ folder, db, channels: new Map() });
    await until(() => isEmpty(second));
    expect(db.taken.map(({ result }) => result.kind)).toEqual(["quarantine"]);
  });

  test("two processes on one folder keep apart, and the living one takes over from the dead", async () => {
    const one = await open();
    const { folder, db } = one;
    const other = await open({ folder, db });
    db.isAway = true;
    await one.arrive(webhookOf("A"));
    await other.arrive(webhookOf("B"));
    expect(new Set(segmentsIn(folder).map((file) => path.dirname(file))).size).toBe(2);
    await one.spool.close();
    await other.spool.close();
    db.isAway = false;
    const third = await open({ folder, db });
    expect(third.spool.state().entries).toBe(2);
    await until(() => isEmpty(third));
    expect(db.ids().toSorted()).toEqual(["A", "B"]);
  });
});

test("a process that was taken for dead acknowledges nothing more in its old folder, and goes on in a new one", async () => {
  const scene = await open();
  const { db, arrive, folder } = scene;
  db.isAway = true;
  await arrive(webhookOf("A"));
  const [file = ""] = segmentsIn(folder);
  const old = path.dirname(file);
  const other = JSON.stringify({ pid: 1, host: "another machine", started: "" });
  writeFileSync(path.join(old, "ponte.lock"), other);
  await expect(arrive(webhookOf("B"))).rejects.toMatchObject({ code: "store_unavailable" });
  await until(() =>
    arrive(webhookOf("C")).then(
      () => true,
      () => false,
    ),
  );
  expect(segmentsIn(folder).filter((name) => path.dirname(name) !== old)).toHaveLength(1);
  // The other one has stored what it took; what this one had read of it already, both store.
  rmSync(old, { recursive: true });
  db.isAway = false;
  await until(() => isEmpty(scene));
  expect(db.ids()).toContain("C");
});

describe("a webhook that cannot be stored although the database is there", () => {
  test("is stored without what it means, and the others of its account follow", async () => {
    const scene = await open();
    const { db, arrive, log } = scene;
    db.isAway = true;
    for (const id of ["A", "B"]) await arrive(webhookOf(id));
    db.refuse = (webhook) => (idsIn(webhook).includes("A") ? new Error("a bug") : undefined);
    db.isAway = false;
    await until(() => isEmpty(scene));
    expect(db.taken.map(({ result }) => result.kind)).toEqual(["quarantine", "events"]);
    expect(log.lines.filter(({ level }) => level === "error")).toHaveLength(3);
  });

  test("in no form is put aside as a file, and the others follow", async () => {
    const scene = await open();
    const { db, arrive, spool, folder } = scene;
    db.isAway = true;
    for (const id of ["A", "B"]) await arrive(webhookOf(id));
    db.refuse = ({ rawBody }) => (rawBody.includes('"A"') ? new Error("a bug") : undefined);
    db.isAway = false;
    await until(() => isEmpty(scene));
    expect(db.ids()).toEqual(["B"]);
    expect(spool.state().damagedFiles).toBe(1);
    const [file = ""] = readdirSync(path.join(folder, "damaged"));
    expect(readFileSync(path.join(folder, "damaged", file)).includes('"id":"A"')).toBe(true);
  });
});

describe("damage", () => {
  test("to a record in the middle costs that record alone: it is put aside and told", async () => {
    const first = await open();
    const { folder, db } = first;
    db.isAway = true;
    for (const id of ["A", "B", "C"]) await first.arrive(webhookOf(id));
    await first.spool.close();
    const place = '"id":"B"';
    const [file = ""] = segmentsIn(folder).filter((name) => readFileSync(name).includes(place));
    const bytes = readFileSync(file);
    bytes.write("X", bytes.indexOf(place) + 6);
    writeFileSync(file, bytes);
    db.isAway = false;
    const second = await open({ folder, db });
    await until(() => isEmpty(second));
    expect(db.ids()).toEqual(["A", "C"]);
    expect(second.spool.state().damagedFiles).toBe(1);
    expect(second.outcomes).toContain("damaged");
    expect(second.log.lines.filter(({ level }) => level === "error")).toHaveLength(1);
    expect(readdirSync(path.join(folder, "damaged"))).toHaveLength(1);
  });
});

describe("a loss of power", () => {
  test("takes nothing that was acknowledged, whatever part of the rest reached the disk", async () => {
    for (const share of [0, 0.3, 0.9, 1]) {
      const machine = volatileDisk();
      const folder = makeFolder();
      const first = await open({ folder, disk: machine.disk() });
      const { db } = first;
      db.isAway = true;
      const acknowledged: string[] = [];
      for (let n = 0; n < 5; n += 1) {
        await first.arrive(webhookOf(`M${n}`));
        acknowledged.push(`M${n}`);
      }
      const goOn = machine.hold();
      const waiting = Array.from({ length: 3 }, (_, n) =>
        first.arrive(webhookOf(`late ${n}`)).then(() => acknowledged.push(`late ${n}`)),
      );
      await new Promise((resolve) => setTimeout(resolve, 20));
      machine.cutPower((lost) => Math.floor(lost * share));
      const promised = [...acknowledged];
      goOn();
      await Promise.allSettled(waiting);
      await first.spool.close();
      db.isAway = false;
      const second = await open({ folder, db, disk: machine.disk() });
      await until(() => isEmpty(second));
      expect(promised).toHaveLength(5);
      expect(db.ids().slice(0, 5)).toEqual(promised);
      expect(second.spool.state().damagedFiles).toBe(0);
    }
  });

  test("control: with a disk that lies about it, the same loses what was acknowledged", async () => {
    const machine = volatileDisk();
    machine.temper.lies = true;
    const folder = makeFolder();
    const first = await open({ folder, disk: machine.disk() });
    first.db.isAway = true;
    await first.arrive(webhookOf("A"));
    machine.cutPower(() => 0);
    await first.spool.close();
    first.db.isAway = false;
    const second = await open({ folder, db: first.db, disk: machine.disk() });
    expect(second.spool.state().entries).toBe(0);
    expect(first.db.ids()).toEqual([]);
  });

  test("nothing is acknowledged before the disk says that it is durable", async () => {
    const machine = volatileDisk();
    const { db, arrive } = await open({ disk: machine.disk() });
    db.isAway = true;
    await arrive(webhookOf("first"));
    const written = (): number =>
      machine.files().reduce((sum, file) => sum + machine.sizeOf(file), 0);
    const before = written();
    const goOn = machine.hold();
    let isAcknowledged = false;
    const arriving = arrive(webhookOf("A")).then(() => (isAcknowledged = true));
    await until(() => written() > before + 100);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(isAcknowledged).toBe(false);
    goOn();
    await arriving;
    expect(isAcknowledged).toBe(true);
  });

  test("many webhooks that wait share one wait for the disk", async () => {
    const machine = volatileDisk();
    const { db, arrive, spool } = await open({ disk: machine.disk() });
    db.isAway = true;
    await arrive(webhookOf("first"));
    const before = machine.syncs();
    const goOn = machine.hold();
    const all = Array.from({ length: 100 }, (_, n) => arrive(webhookOf(`M${n}`)));
    await until(() => spool.state().entries === 101);
    goOn();
    await Promise.all(all);
    // Those that came while the first of them was being written are written together, in a new segment or the same.
    expect(machine.syncs() - before).toBeLessThan(8);
  });
});

describe("a disk that fails", () => {
  test.each([0, 1, 15, 16, 40, 200])(
    "after %d bytes of a write: the webhook is refused, the next one goes into a new file",
    async (tornAt) => {
      const machine = volatileDisk();
      const scene = await open({ disk: machine.disk() });
      const { db, arrive, spool, outcomes } = scene;
      db.isAway = true;
      await arrive(webhookOf("A"));
      machine.temper.tornAt = tornAt;
      await expect(arrive(webhookOf("B"))).rejects.toMatchObject({ code: "store_unavailable" });
      await arrive(webhookOf("C"));
      expect(outcomes).toEqual(["kept", "refused", "kept"]);
      db.isAway = false;
      await until(() => isEmpty(scene));
      await until(() => spool.state().bytes === 0);
      expect(db.ids()).toEqual(["A", "C"]);
      expect(spool.state().damagedFiles).toBe(0);
    },
  );

  test("altogether refuses everything and takes again once it is mended", async () => {
    const machine = volatileDisk();
    const scene = await open({ disk: machine.disk() });
    const { db, arrive } = scene;
    db.isAway = true;
    machine.temper.fault = new Error("EIO");
    for (const id of ["A", "B"])
      await expect(arrive(webhookOf(id))).rejects.toMatchObject({ code: "store_unavailable" });
    machine.temper.fault = undefined;
    await arrive(webhookOf("C"));
    db.isAway = false;
    await until(() => isEmpty(scene));
    expect(db.ids()).toEqual(["C"]);
  });

  test("that nobody may write to is said at the start, in words", async () => {
    const folder = path.join(makeFolder(), "file");
    writeFileSync(folder, "");
    await expect(openScene({ folder })).rejects.toMatchObject({
      code: "store_unavailable",
      detail: expect.stringContaining("PONTE_SPOOL_DIR"),
    });
    removeFolder(path.dirname(folder));
  });

  test("that cannot make things durable is said at the start", async () => {
    const folder = makeFolder();
    const error = Object.assign(new Error("EROFS"), { code: "EROFS" });
    const disk = { ...DISK, create: () => Promise.reject(error) };
    await expect(openScene({ folder, disk })).rejects.toMatchObject({
      detail: expect.stringContaining("read only"),
    });
    removeFolder(folder);
  });
});

test("many accounts are stored side by side, each in its order", async () => {
  const scene = await open();
  const { db, arrive } = scene;
  db.isAway = true;
  const all = Array.from({ length: 300 }, (_, n) => ({ n, account: `loja ${n % 7}` }));
  for (const { n, account } of all) {
    const events = [textFrom(`55119${n % 3}`, `M${n}`, account)];
    await arrive(webhookOf(`M${n}`, { result: { kind: "events", events } }));
  }
  // Now and then the database goes again in the middle.
  let calls = 0;
  db.refuse = () => {
    calls += 1;
    return undefined;
  };
  const flicker = setInterval(() => (db.isAway = !db.isAway), 15);
  db.isAway = false;
  try {
    await until(() => isEmpty(scene));
  } finally {
    clearInterval(flicker);
  }
  expect(calls).toBe(300);
  for (let account = 0; account < 7; account += 1) {
    const want = all.filter(({ n }) => n % 7 === account).map(({ n }) => `M${n}`);
    const got = db.taken
      .flatMap(({ result }) => (result.kind === "events" ? result.events : []))
      .flatMap((event) =>
        event.kind === "message" && event.account === `loja ${account}` ? [event.externalId] : [],
      );
    expect(got).toEqual(want);
  }
});
