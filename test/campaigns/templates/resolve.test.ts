import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { resolveTemplate } from "../../../src/campaigns/templates/resolve.ts";
import { syncTemplates } from "../../../src/campaigns/templates/sync.ts";
import type { Database } from "../../../src/db/driver.ts";
import type { TemplateRequest } from "../../../src/send-content.ts";
import { listQuickest } from "../../database.ts";
import { TRIAL_TEMPLATES } from "../../standins/trial-templates.ts";
import { emptyTemplates, startScene, type TemplateScene } from "./scene.ts";

const ORDER = { supplier_name: "Papelaria", po_number: "45", total_amount: "R$ 1.250,00" };
const LINK = [
  { type: "button", sub_type: "url", index: "1", parameters: [{ type: "text", text: "a1" }] },
];

describe.each(await listQuickest())("a template that is asked for on $label", ({ open }) => {
  let db: Database;
  let scene: TemplateScene;
  beforeAll(async () => {
    db = await open();
  });
  afterAll(() => db.close());
  beforeEach(async () => {
    await emptyTemplates(db);
    scene = await startScene(db, TRIAL_TEMPLATES.slice(0, 8));
  });
  afterEach(() => scene.close());

  const resolve = (request: TemplateRequest, channel = "whatsapp") =>
    resolveTemplate(db, channel, request);

  test("is not checked on a channel whose templates were never listed", async () => {
    const request = { name: "whatever", params: ["a"] };
    expect(await resolve(request)).toEqual({
      kind: "ok",
      request,
      category: null,
      warnings: ["The templates of whatsapp were never synced, so whatever was not checked."],
    });
  });

  test("is not checked after a listing with a gap", async () => {
    const [odd] = scene.shelf.templates;
    if (odd !== undefined) odd.status = "no word of theirs!";
    await syncTemplates(scene.deps, "whatsapp");
    expect(await resolve({ name: "not_read" })).toMatchObject({ kind: "ok" });
  });

  describe("on a channel whose templates are known", () => {
    beforeEach(async () => {
      await syncTemplates(scene.deps, "whatsapp");
    });

    test("is found with its language and its values in its own form", async () => {
      expect(await resolve({ name: "po_notification", language: "pt-BR", params: ORDER })).toEqual({
        kind: "ok",
        request: { name: "po_notification", language: "pt_BR", params: ORDER },
        category: "UTILITY",
        warnings: [],
      });
    });

    test("has the only language where none was asked for", async () => {
      const params = { 1: "Joana", 2: "25/11" };
      expect(await resolve({ name: "aviso_consulta", params, components: LINK })).toMatchObject({
        kind: "ok",
        request: { language: "pt_BR", params: ["Joana", "25/11"], components: LINK },
      });
    });

    test.each([
      {
        label: "a language that it does not have",
        request: { name: "po_notification", language: "pt", params: ORDER },
        problem: "The template po_notification is not there in pt, but in en and pt_BR.",
      },
      {
        label: "no language where there are two",
        request: { name: "po_notification", params: ORDER },
        problem:
          "The template po_notification is there in en and pt_BR: say in which language it is sent.",
      },
      {
        label: "a name that is nearly right",
        request: { name: "po_notificaton", params: ORDER },
        problem: "There is no template po_notificaton on whatsapp. Did you mean po_notification?",
      },
      {
        label: "a name that is like no other",
        request: { name: "xyz" },
        problem: "There is no template xyz on whatsapp.",
      },
      {
        label: "one that is paused",
        request: { name: "oferta_semanal" },
        problem: "The template oferta_semanal (pt_BR) is PAUSED: only approved templates are sent.",
      },
      {
        label: "a button that was forgotten",
        request: { name: "aviso_consulta", params: ["Joana", "25/11"] },
        problem:
          "Button 2 needs a value: a component of the type button, sub_type url and index 1.",
      },
    ])("$label is refused", async ({ request, problem }) => {
      expect(await resolve(request)).toEqual({ kind: "refused", problems: [problem] });
    });

    test("another channel's templates are not this one's", async () => {
      const found = await resolve({ name: "po_notification", params: ORDER }, "other");
      expect(found).toMatchObject({ kind: "ok", category: null });
    });

    test("one that is gone in one language is found in the other", async () => {
      scene.shelf.templates.splice(1, 1);
      await syncTemplates(scene.deps, "whatsapp", { insist: true });
      expect(await resolve({ name: "po_notification", params: ORDER })).toMatchObject({
        kind: "ok",
        request: { language: "pt_BR" },
      });
    });
  });
});
