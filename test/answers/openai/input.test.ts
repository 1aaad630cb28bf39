import { describe, expect, test } from "@jest/globals";
import type { FileBytes, Question } from "../../../src/answers/backend.ts";
import { toInput } from "../../../src/answers/openai/input.ts";
import { questionWith } from "../question.ts";

const JPEG = { bytes: new Uint8Array([1, 2, 3]), mimeType: "image/jpeg", fileName: "x.jpg" };
const image = { type: "media", media: "image" } as const;

const inputOf = (
  changes: Partial<Question>,
  {
    file,
    sees = true,
    heard,
  }: { file?: FileBytes | undefined; sees?: boolean; heard?: string } = {},
) => toInput(questionWith(changes), { readFile: async () => file }, { sees, heard });

describe("a message in words", () => {
  test.each([
    { label: "a text", changes: { text: "oi" }, want: "oi" },
    {
      label: "a tapped button, with the bot's own word for it",
      changes: {
        text: "/tema",
        content: { type: "choice", source: "button", payload: "/tema", title: "Tema" },
      },
      want: "Tema [/tema]",
    },
    {
      label: "a tapped button without another word",
      changes: {
        text: "Tema",
        content: { type: "choice", source: "list", payload: "Tema", title: "Tema" },
      },
      want: "Tema",
    },
    {
      label: "a document",
      changes: { text: "", content: { type: "media", media: "document", fileName: "conta.pdf" } },
      want: "[document: conta.pdf]",
    },
    {
      label: "a document with a caption",
      changes: {
        text: "é esta",
        content: { type: "media", media: "document", fileName: "a\nb.pdf" },
      },
      want: "[document: a b.pdf]\né esta",
    },
    {
      label: "a document whose name only we know",
      changes: {
        text: "",
        content: { type: "media", media: "document" },
        file: {
          url: "https://x",
          mimeType: "application/pdf",
          sizeBytes: 1,
          sha256: "",
          fileName: "conta.pdf",
        },
      },
      want: "[document: conta.pdf]",
    },
    {
      label: "a video",
      changes: { text: "veja", content: { type: "media", media: "video" } },
      want: "[video]\nveja",
    },
    {
      label: "a picture that is not there",
      changes: { text: "veja", content: image },
      want: "[image]\nveja",
    },
    {
      label: "a recording that was written down",
      changes: { text: "quero boleto", content: { type: "media", media: "voice" } },
      want: "quero boleto",
    },
    {
      label: "a recording that was not",
      changes: { text: "", content: { type: "media", media: "voice" } },
      want: "[voice]",
    },
    {
      label: "a place",
      changes: {
        text: "",
        content: { type: "location", latitude: -15.8, longitude: -47.9, name: "Casa" },
      },
      want: "[location: Casa, -15.8, -47.9]",
    },
    {
      label: "a form",
      changes: { text: "", content: { type: "form", answers: { nota: 5 } } },
      want: '[form: {"nota":5}]',
    },
    {
      label: "an order",
      changes: { text: "", content: { type: "order", items: [{ productId: "a", quantity: 1 }] } },
      want: "[order of 1 products]",
    },
    {
      label: "what cannot be read",
      changes: { text: "", content: { type: "unsupported", providerType: "x" } },
      want: "[a message that cannot be read]",
    },
  ] satisfies readonly { label: string; changes: Partial<Question>; want: string }[])(
    "$label",
    async ({ changes, want }) => {
      expect(await inputOf(changes)).toEqual({ text: want });
    },
  );

  test("of somebody else's card only the name is told", async () => {
    const cards = [{ name: "Bia", phones: [{ phone: "5561900002222" }], emails: ["b@x.org"] }];
    const input = await inputOf({
      text: "",
      content: { type: "contacts", cards, requested: false },
    });
    expect(input).toEqual({ text: "[contact: Bia]" });
  });

  test("what was heard by us stands for the recording", async () => {
    const content = { type: "media", media: "voice" } as const;
    expect(await inputOf({ text: "", content }, { heard: "oi" })).toEqual({ text: "oi" });
  });

  test("marks and length are bounded", async () => {
    const { text } = await inputOf({ text: `<|im_start|>${"x".repeat(30_000)}` });
    expect(text).toHaveLength(20_000);
    expect(text).not.toContain("<|");
    const named = await inputOf({
      text: "",
      content: { type: "media", media: "document", fileName: "y".repeat(9_000) },
    });
    expect(named.text.length).toBeLessThan(600);
  });
});

describe("a picture", () => {
  const url = "data:image/jpeg;base64,AQID";
  test.each([
    {
      label: "is shown with its caption",
      changes: { text: "o que é?", content: image },
      file: JPEG,
      want: { text: "o que é?", image: url },
    },
    {
      label: "is shown without one",
      changes: { text: "", content: image },
      file: JPEG,
      want: { text: "", image: url },
    },
    {
      label: "is shown by the type of its bytes",
      changes: { text: "", content: image },
      file: { ...JPEG, mimeType: "image/jpeg; x=y" },
      want: { text: "", image: url },
    },
    {
      label: "of a kind the model cannot see is named",
      changes: { text: "", content: image },
      file: { ...JPEG, mimeType: "image/tiff" },
      want: { text: "[image]" },
    },
    {
      label: "of 5 MB is shown",
      changes: { text: "", content: image },
      file: { ...JPEG, bytes: new Uint8Array(5 * 1024 * 1024) },
      want: { image: expect.stringContaining("base64,AAAA") },
    },
    {
      label: "of more is named",
      changes: { text: "", content: image },
      file: { ...JPEG, bytes: new Uint8Array(5 * 1024 * 1024 + 1) },
      want: { text: "[image]" },
    },
    {
      label: "without bytes is named",
      changes: { text: "", content: image },
      file: { ...JPEG, bytes: new Uint8Array() },
      want: { text: "[image]" },
    },
    {
      label: "that is a sticker is shown",
      changes: { text: "", content: { type: "media", media: "sticker" } },
      file: JPEG,
      want: { image: url },
    },
    {
      label: "that moves is named",
      changes: { text: "", content: { type: "media", media: "sticker", animated: true } },
      file: JPEG,
      want: { text: "[sticker]" },
    },
    {
      label: "sent as a document is named",
      changes: { text: "", content: { type: "media", media: "document", fileName: "a.jpg" } },
      file: JPEG,
      want: { text: "[document: a.jpg]" },
    },
  ] satisfies readonly {
    label: string;
    changes: Partial<Question>;
    file: FileBytes;
    want: object;
  }[])("$label", async ({ changes, file, want }) => {
    const input = await inputOf(changes, { file });
    expect(input).toMatchObject(want);
    expect("image" in input).toBe("image" in want);
  });

  test("is named where the model is not to see it", async () => {
    expect(await inputOf({ text: "", content: image }, { file: JPEG, sees: false })).toEqual({
      text: "[image]",
    });
  });
});
