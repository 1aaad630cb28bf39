import { describe, expect, test } from "@jest/globals";
import { validatePayload } from "./validate-payload.ts";

const x = (length: number) => "x".repeat(length);
const text = (body: string) => ({ type: "text", text: { body } });
const buttons = (...replies: object[]) => ({
  type: "interactive",
  interactive: {
    type: "button",
    body: { text: "b" },
    action: { buttons: replies.map((reply) => ({ type: "reply", reply })) },
  },
});
const list = (sections: object[]) => ({
  type: "interactive",
  interactive: { type: "list", body: { text: "b" }, action: { button: "o", sections } },
});
const template = (body: string) => ({
  type: "template",
  template: {
    name: "t",
    language: { code: "pt_BR" },
    components: [{ type: "body", parameters: [{ type: "text", text: body }] }],
  },
});
const rows = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ id: `${at}`, title: `${at}` }));

describe("the validator", () => {
  test.each([
    { label: "a text at the limit", payload: text(x(4096)) },
    {
      label: "a whole envelope",
      payload: {
        messaging_product: "whatsapp",
        recipient_type: "individual",
        to: "+5561999990000",
        biz_opaque_callback_data: "m=1",
        context: { message_id: "wamid.1" },
        ...text("a"),
      },
    },
    { label: "three buttons", payload: buttons(...rows(3)) },
    { label: "ten rows", payload: list([{ rows: rows(10) }]) },
    { label: "a template", payload: template("a    b") },
  ])("takes $label", ({ payload }) => {
    expect(validatePayload(payload)).toEqual([]);
  });

  test.each([
    { label: "a text past the limit", payload: text(x(4097)), place: "text.body" },
    { label: "a blank text", payload: text(" "), place: "text.body" },
    { label: "half an emoji", payload: text("\ud83d"), place: "text.body" },
    { label: "a key of nobody's", payload: { ...text("a"), extra: 1 }, place: "" },
    { label: "no type", payload: {}, place: "type" },
    { label: "four buttons", payload: buttons(...rows(4)), place: "interactive.action.buttons" },
    {
      label: "one id twice",
      payload: buttons({ id: "a", title: "1" }, { id: "a", title: "2" }),
      place: "interactive.action.buttons",
    },
    {
      label: "one title twice",
      payload: buttons({ id: "a", title: "1" }, { id: "b", title: "1" }),
      place: "interactive.action.buttons",
    },
    {
      label: "an id with a trailing space",
      payload: buttons({ id: "a ", title: "1" }),
      place: "interactive.action.buttons.0.reply.id",
    },
    {
      label: "eleven rows",
      payload: list([{ rows: rows(11) }]),
      place: "interactive.action.sections",
    },
    {
      label: "several sections, one without a title",
      payload: list([{ title: "s", rows: rows(1) }, { rows: [{ id: "b", title: "b" }] }]),
      place: "interactive.action.sections",
    },
    {
      label: "a line break in a template",
      payload: template("a\nb"),
      place: "template.components.0.parameters.0.text",
    },
    {
      label: "five spaces in a template",
      payload: template("a     b"),
      place: "template.components.0.parameters.0.text",
    },
    {
      label: "an image without source",
      payload: { type: "image", image: {} },
      place: "image",
    },
    {
      label: "an image on a local path",
      payload: { type: "image", image: { link: "/a.png" } },
      place: "image.link",
    },
  ])("refuses $label", ({ payload, place }) => {
    const problems = validatePayload(payload);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.split(": ")[0]).toBe(place);
  });
});
