import { once } from "node:events";
import { createServer, request as openRequest } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeEach, describe, expect, test } from "@jest/globals";
import { parse } from "csv-parse/sync";
import request from "supertest";
import type { Database } from "../../../src/db/driver.ts";
import { listDatabases } from "../../database.ts";
import { until } from "../../until.ts";
import { addCampaign } from "../../campaigns/import/scene.ts";
import type { ApiUnderTest } from "./api-client.ts";
import { ADMIN_KEY, createApiUnderTest } from "./api-client.ts";
import { IDS, seed } from "./seed.ts";

const authorization = `Bearer ${ADMIN_KEY}`;

describe.each(await listDatabases())("recipients on $label", ({ open }) => {
  const opened = open();
  let db: Database;
  let api: ApiUnderTest;
  let campaign: string;

  beforeEach(async () => {
    db = await opened;
    await seed(db);
    api = createApiUnderTest(db, { maxRecipients: 10_000 });
    campaign = await addCampaign(db);
  });
  afterAll(async () => (await opened).close());

  const path = () => `/campaigns/${campaign}/recipients`;
  const send = (body: string | Buffer, query = "", type = "text/csv") =>
    request(api.app).post(`/api/v1${path()}${query}`).set({ authorization }).type(type).send(body);

  /** A message of a recipient with a status; the recipient is then released. */
  const release = async (to: string, status: string, error: object | null = null) => {
    await db.query(
      `with r as (
         update campaign_recipients set state = 'released', message_id = gen_random_uuid(), released_at = now()
         where campaign_id = $1::text::uuid and identity ->> 'value' = $2::text returning id, message_id
       )
       insert into messages (id, seq, conversation_id, contact_id, channel, account, direction, status, origin, error,
         campaign_id, recipient_id, sent_at)
       select message_id, nextval('message_seq'), gen_random_uuid(), gen_random_uuid(), 'whatsapp', '111', 'out', $3::text,
         'campaign', $4::text::jsonb, $1::text::uuid, id, now() from r`,
      [campaign, to, status, error === null ? null : JSON.stringify(error)],
    );
  };

  test("a CSV file is added and says what became of its lines", async () => {
    const { status, body } = await send(
      "Telefone;Nome;Valor\r\n+55 61 99111-2222;Ana;12,50\r\n556191112222;Ana\r\n061;Rui\r\n",
      "?country=BR",
    );
    expect({ status, body }).toMatchObject({
      status: 200,
      body: {
        state: "done",
        source: "csv",
        rows_read: 3,
        added: 1,
        duplicate: 1,
        invalid: 1,
        opted_out: 0,
        settings: { delimiter: ";", to: "Telefone", name: "Nome", params: ["Nome", "Valor"] },
        problems: [
          { line: 3, outcome: "duplicate", value: "556191112222" },
          { line: 4, outcome: "invalid", value: "061" },
        ],
      },
    });
    const { data } = (await api.get(path())).body;
    expect(data).toMatchObject([
      {
        to: "+5561991112222",
        name: "Ana",
        params: { Nome: "Ana", Valor: "12,50" },
        status: "queued",
        error: null,
        import_id: body.id,
      },
    ]);
  });

  test("a list in JSON is added, its wrong lines reported one by one", async () => {
    const recipients = [
      { to: "+5561991112222", name: "Ana", language: "pt_BR", params: { valor: 12.5, n: "007" } },
      { to: 5_561_991_113_333 },
      { to: "+5561991114444", extra: true },
    ];
    const { body } = await api.post(path(), { recipients });
    expect(body).toMatchObject({ source: "json", rows_read: 3, added: 1, invalid: 2 });
    expect(body.settings).toEqual({ params: ["valor", "n"] });
    const { data } = (await api.get(path())).body;
    expect(data).toMatchObject([{ language: "pt_BR", params: { valor: "12.5", n: "007" } }]);
  });

  test("a dry run shows how a file is read and keeps nothing", async () => {
    const lines = Array.from({ length: 50 }, (_value, index) => `+556199111${1_000 + index},Zé,x`);
    const file = Buffer.from(["fone,nome,cor", "nobody,Lia,azul", ...lines].join("\n"), "latin1");
    const { status, body } = await send(file, "?dry_run=true");
    expect({ status, body }).toMatchObject({
      status: 200,
      body: {
        dry_run: true,
        delimiter: ",",
        encoding: "windows-1252",
        columns: { titles: ["fone", "nome", "cor"], to: "fone", name: "nome", language: null },
        params: ["nome", "cor"],
      },
    });
    expect(body.rows).toHaveLength(20);
    expect(body.rows[0]).toMatchObject({ line: 2, to: "nobody", problem: expect.any(String) });
    expect(body.rows[1]).toMatchObject({
      line: 3,
      to: "+5561991111000",
      name: "Zé",
      problem: null,
    });
    expect(body.messages).toHaveLength(5);
    expect(body.messages[0]).toEqual({
      line: 3,
      content: { text: "Olá Zé" },
      missing: [],
      problems: [],
    });
    expect((await api.get(path())).body.data).toEqual([]);
    expect((await api.get(`/campaigns/${campaign}/imports`)).body.data).toEqual([]);
  });

  test("a dry run names placeholders without a value", async () => {
    const { body } = await api.post(`${path()}?dry_run=true`, {
      recipients: [{ to: "+5561991112222" }],
    });
    expect(body.messages).toMatchObject([{ missing: ["nome"] }]);
  });

  test.each([
    { label: "JSON that is none", body: "telefone;nome", type: "application/json", want: 400 },
    {
      label: "what curl sends unless told otherwise",
      body: "a;b",
      type: "application/x-www-form-urlencoded",
      want: 400,
    },
    {
      label: "a form with a file",
      body: "--x",
      type: "multipart/form-data; boundary=x",
      want: 400,
    },
    {
      label: "JSON of another form",
      body: '[{"to":"+5561991112222"}]',
      type: "application/json",
      want: 422,
    },
    {
      label: "JSON of more than 5 MB",
      body: " ".repeat(5_300_000),
      type: "application/json",
      want: 413,
    },
    {
      label: "a table without numbers",
      body: "nome;cidade\nAna;Brasília",
      type: "text/csv",
      want: 422,
    },
    { label: "nothing", body: "", type: "text/csv", want: 422 },
  ])("$label is refused with $want and keeps nothing", async ({ body, type, want }) => {
    const response = await send(body, "", type);
    expect(response.status).toBe(want);
    expect(response.body.detail).not.toBe("");
    expect((await api.get(`/campaigns/${campaign}/imports`)).body.data).toEqual([]);
    expect(api.bugs).toEqual([]);
  });

  test.each(["?delimiter=x", "?encoding=ebcdic", "?country=XX", "?header=maybe", "?limit=1"])(
    "%s is refused",
    async (query) => {
      expect((await send("to\n+5561991112222", query)).status).toBe(422);
    },
  );

  test("a packed body is refused", async () => {
    const response = await request(api.app)
      .post(`/api/v1${path()}`)
      .set({ authorization, "content-encoding": "gzip" })
      .type("text/csv")
      .send(Buffer.from([0x1f, 0x8b]));
    expect(response.status).toBe(400);
  });

  test("a quote that is never closed ends the import as failed, with what came before it", async () => {
    const { status, body } = await send(
      'to;x\n+5561991112222;a\n+5561991113333;"b\n+5561991114444;c\n',
    );
    expect({ status, code: body.code }).toEqual({ status: 422, code: "request_invalid" });
    const { data } = (await api.get(`/campaigns/${campaign}/imports`)).body;
    expect(data).toMatchObject([{ state: "failed", rows_read: 1, added: 1 }]);
  });

  test("a client that goes away in the middle leaves a failed import, and no failure of ours", async () => {
    const server = createServer(api.app).listen(0, "127.0.0.1");
    await once(server, "listening");
    const address: AddressInfo | string | null = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const call = openRequest({
      port,
      method: "POST",
      path: `/api/v1${path()}`,
      headers: { authorization, "content-type": "text/csv", "content-length": "1000000" },
    });
    call.on("error", () => undefined);
    call.write(
      `to\n${Array.from({ length: 6_000 }, (_v, n) => `+55619${91_000_000 + n}`).join("\n")}\n`,
    );
    await until(async () => (await api.get(path())).body.data.length > 0);
    call.destroy();
    const imports = () => api.get(`/campaigns/${campaign}/imports`);
    await until(async () => (await imports()).body.data[0]?.state === "failed");
    expect((await imports()).body.data).toMatchObject([{ error: "the body broke off" }]);
    expect(api.bugs).toEqual([]);
    server.closeAllConnections();
    server.close();
  });

  test("recipients are shown by what became of them", async () => {
    const numbers = ["1", "2", "3", "4", "5", "6", "7", "8"].map((digit) => `556199111000${digit}`);
    await send(`to\n${numbers.map((number) => `+${number}`).join("\n")}`);
    const [
      queued = "",
      sent = "",
      delivered = "",
      read = "",
      failed = "",
      left = "",
      unknown = "",
    ] = numbers;
    await release(queued, "sending");
    await release(sent, "sent");
    await release(delivered, "delivered");
    await release(read, "read");
    await release(failed, "failed", { reason: "channel_refused", code: "131026", title: "No" });
    await release(left, "failed", { reason: "channel_opted_out" });
    await release(unknown, "failed", { reason: "channel_uncertain" });
    await db.query(
      "update campaign_recipients set replied_at = now() where identity ->> 'value' = $1::text",
      [read],
    );
    const listed = async (status: string) =>
      (await api.get(`${path()}?status=${status}`)).body.data.map(({ to }: { to: string }) =>
        to.slice(1),
      );
    expect(await listed("queued")).toEqual([queued, numbers[7]]);
    expect(await listed("sent")).toEqual([sent]);
    expect(await listed("delivered")).toEqual([delivered]);
    expect(await listed("read")).toEqual([read]);
    expect(await listed("failed")).toEqual([failed]);
    expect(await listed("skipped")).toEqual([left]);
    expect(await listed("uncertain")).toEqual([unknown]);
    expect(await listed("replied")).toEqual([read]);
    const { data } = (await api.get(path())).body;
    expect(data.map(({ status }: { status: string }) => status).join(" ")).toBe(
      "queued sent delivered read failed skipped uncertain queued",
    );
    expect(data[4].error).toMatchObject({ code: "131026", hint: "hint for cloud 131026 in en" });
  });

  test("a recipient whose message was replaced is shown by the one that was sent instead", async () => {
    await send("to\n+5561991110001");
    await release("5561991110001", "failed", { reason: "channel_refused" });
    await db.query("update messages set superseded = true where campaign_id = $1::text::uuid", [
      campaign,
    ]);
    await db.query(
      `insert into messages (id, seq, conversation_id, contact_id, channel, account, direction, status, origin,
         campaign_id, recipient_id)
       select gen_random_uuid(), nextval('message_seq'), gen_random_uuid(), gen_random_uuid(), 'sms', '9', 'out',
         'delivered', 'fallback', campaign_id, recipient_id from messages where campaign_id = $1::text::uuid`,
      [campaign],
    );
    const { data } = (await api.get(path())).body;
    expect(data).toMatchObject([{ status: "delivered", channel: "sms", account: "9" }]);
  });

  test("pages follow the list; a cursor of another campaign or another list is refused", async () => {
    const numbers = Array.from({ length: 7 }, (_value, index) => `+55619911200${90 - index}`);
    await send(`to\n${numbers.join("\n")}`);
    const seen: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const { body }: { body: { data: { to: string }[]; next_cursor: string | null } } =
        await api.get(`${path()}?limit=3${cursor === "" ? "" : `&cursor=${cursor}`}`);
      seen.push(...body.data.map(({ to }) => to));
      cursor = body.next_cursor;
    }
    expect(seen).toEqual(numbers);
    const { next_cursor: mine } = (await api.get(`${path()}?limit=3`)).body;
    const other = `/campaigns/${IDS.listedCampaign}/recipients`;
    for (const wrong of [
      `${other}?cursor=${mine}`,
      `${path()}?cursor=x`,
      `/contacts?cursor=${mine}`,
    ])
      expect((await api.get(wrong)).status).toBe(400);
  });

  test("an open recipient is taken off the list, any other stays", async () => {
    await send("to\n+5561991110001\n+5561991110002\n+5561991110003");
    await release("5561991110002", "sent");
    await db.query(
      `update campaign_recipients set lease = gen_random_uuid(), lease_until = now() + interval '1 minute'
       where identity ->> 'value' = '5561991110003'`,
    );
    const { data } = (await api.get(path())).body;
    const statuses: number[] = [];
    for (const { id } of data) statuses.push((await api.delete(`${path()}/${id}`)).status);
    expect(statuses).toEqual([200, 409, 409]);
    expect((await api.delete(`${path()}/${data[0].id}`)).status).toBe(404);
    expect((await api.delete(`${path()}/no-id`)).status).toBe(404);
    const foreign = `/campaigns/${IDS.listedCampaign}/recipients/${data[1].id}`;
    expect((await api.delete(foreign)).status).toBe(404);
  });

  test("the report lists what was not added, in the language asked for, inert", async () => {
    const { body } = await send('to;x\n"=cmd|x";1\n+5561991112222;1\n+5561991112222;1\n');
    const report = `/campaigns/${campaign}/imports/${body.id}/report`;
    const english = await api.get(report);
    expect(english.headers["content-type"]).toBe("text/csv; charset=utf-8");
    expect(english.headers["content-disposition"]).toBe(
      `attachment; filename="import-${body.id}.csv"`,
    );
    expect(parse(english.text)).toEqual([
      ["line", "outcome", "value", "detail"],
      ["2", "invalid", "'=cmd|x", "has no country code: write it as +5561991112222"],
      [
        "4",
        "duplicate",
        "'+5561991112222",
        "the person is in the campaign or further up in this list already",
      ],
    ]);
    const { text } = await api.get(`${report}?excel=true`, { "accept-language": "pt-BR" });
    expect(text).toMatch(/^\uFEFFlinha;resultado;valor;detalhe\r\n2;inválido;"'=cmd\|x";/);
    const foreign = `/campaigns/${IDS.listedCampaign}/imports/${body.id}/report`;
    expect((await api.get(foreign)).status).toBe(404);
  });

  test("the export holds the lists' own columns, every recipient, and no formula", async () => {
    await send('to;nome;"=valor"\n+5561991110001;"=1+1";"a;b"\n+5561991110002;@x;"-2"\n');
    await api.post(path(), { recipients: [{ to: "+5561991110003", params: { cor: "azul" } }] });
    await release("5561991110001", "failed", {
      reason: "channel_refused",
      code: "131026",
      title: "No",
    });
    const { text } = await api.get(`${path()}/export`, { "accept-language": "pt-BR" });
    const rows: Record<string, string>[] = parse(text, { columns: true });
    expect(rows).toMatchObject([
      {
        to: "'+5561991110001",
        nome: "'=1+1",
        "'=valor": "a;b",
        cor: "",
        status: "failed",
        error_reason: "channel_refused",
        error_code: "131026",
        error_hint: "hint for cloud 131026 in pt-BR",
      },
      { to: "'+5561991110002", nome: "'@x", "'=valor": "'-2", status: "queued", error_code: "" },
      { to: "'+5561991110003", cor: "azul" },
    ]);
    const failed = await api.get(`${path()}/export?status=failed`);
    expect(parse(failed.text)).toHaveLength(2);
  });

  test("an export goes back in as it came out", async () => {
    await send('to;nome\n+5561991110001;"Ana; ""a"" \nSá"\n+5561991110002;=x\n');
    const { text } = await api.get(`${path()}/export?excel=true`);
    const second = await addCampaign(db);
    const { body } = await request(api.app)
      .post(`/api/v1/campaigns/${second}/recipients`)
      .set({ authorization })
      .type("text/csv")
      .send(text);
    expect(body).toMatchObject({ added: 2, invalid: 0 });
  });
});
