import { describe, expect, test } from "@jest/globals";
import { serverSettings } from "../../src/config/settings.ts";
import { isRefused, sniff } from "../../src/media/sniff.ts";
import { JPEG, MZ, OGG, PDF, PNG } from "./samples.ts";

const text = (content: string): Buffer => Buffer.from(content);

test.each([
  {
    label: "a picture under its own name",
    bytes: JPEG,
    declared: "image/jpeg",
    want: "image/jpeg",
  },
  { label: "a picture called a PDF", bytes: PNG, declared: "application/pdf", want: "image/png" },
  {
    label: "a voice note, without parameters",
    bytes: OGG,
    declared: "audio/ogg; codecs=opus",
    want: "audio/ogg",
  },
  { label: "a PDF without a type", bytes: PDF, want: "application/pdf" },
  {
    label: "a program called a picture",
    bytes: MZ,
    declared: "image/jpeg",
    want: "application/x-msdownload",
  },
  {
    label: "text",
    bytes: text("olá, tudo bem?"),
    declared: "text/plain; charset=utf-8",
    want: "text/plain",
  },
  { label: "a table", bytes: text("a;b\r\n1;2\r\n"), declared: "TEXT/CSV", want: "text/csv" },
  { label: "text of no type", bytes: text("hello"), want: "application/octet-stream" },
  {
    label: "text called a picture",
    bytes: text("hello"),
    declared: "image/jpeg",
    want: "application/octet-stream",
  },
  {
    label: "bytes called text",
    bytes: Buffer.from([104, 0, 1, 2]),
    declared: "text/plain",
    want: "application/octet-stream",
  },
  {
    label: "nothing called text",
    bytes: Buffer.alloc(0),
    declared: "text/plain",
    want: "text/plain",
  },
  {
    label: "a page called text",
    bytes: text("\n<!DOCTYPE html><p>"),
    declared: "text/plain",
    want: "text/html",
  },
  {
    label: "a page in capitals",
    bytes: text("<HTML ><BODY>"),
    declared: "text/csv",
    want: "text/html",
  },
  {
    label: "a page after a comment",
    bytes: text("<!-- x --><script>alert(1)</script>"),
    declared: "text/plain",
    want: "text/html",
  },
  {
    label: "a page in UTF-16",
    bytes: Buffer.from("\ufeff<html><body>", "utf16le"),
    declared: "text/plain",
    want: "text/html",
  },
  {
    label: "a drawing",
    bytes: text('<svg xmlns="http://www.w3.org/2000/svg">'),
    declared: "image/png",
    want: "image/svg+xml",
  },
  {
    label: "a drawing in XML",
    bytes: text('<?xml version="1.0"?><svg onload="x()">'),
    declared: "text/plain",
    want: "image/svg+xml",
  },
  {
    label: "a page in XML",
    bytes: text('<?xml version="1.0"?><html xmlns="x">'),
    declared: "text/xml",
    want: "text/html",
  },
  {
    label: "an invoice in XML",
    bytes: text('<?xml version="1.0"?><nfeProc><form/><object/></nfeProc>'),
    declared: "text/xml",
    want: "application/xml",
  },
  {
    label: "a script by its first line",
    bytes: text("#!/bin/sh\nrm x"),
    declared: "text/plain",
    want: "text/x-script",
  },
  {
    label: "a script by its name",
    bytes: text("del *.*"),
    declared: "text/plain",
    name: "FOTO.BAT",
    want: "text/x-script",
  },
  {
    label: "text that speaks of pages",
    bytes: text(`${"a".repeat(80)} <html>`),
    declared: "text/plain",
    want: "text/plain",
  },
  {
    label: "an old Word file",
    bytes: Buffer.concat([Buffer.from("d0cf11e0a1b11ae1", "hex"), Buffer.alloc(600)]),
    declared: "application/msword",
    want: "application/msword",
  },
  {
    label: "an old container called a picture",
    bytes: Buffer.concat([Buffer.from("d0cf11e0a1b11ae1", "hex"), Buffer.alloc(600)]),
    declared: "image/png",
    want: "application/x-cfb",
  },
])("$label is $want", async ({ bytes, declared, name, want }) => {
  const facts = {
    ...(declared !== undefined && { mimeType: declared }),
    ...(name !== undefined && { fileName: name }),
  };
  expect(await sniff(bytes, facts)).toBe(want);
});

test.each([
  {
    label: "the beginning of a ZIP",
    bytes: Buffer.from("504b0304ffffffffffffffffffffffffffffffffffff", "hex"),
  },
  {
    label: "the beginning of an ID3 tag of enormous length",
    bytes: Buffer.from("4944330400007f7f7f7f", "hex"),
  },
  { label: "the beginning of a PNG", bytes: PNG.subarray(0, 9) },
  { label: "a MP4 box of no length", bytes: Buffer.from("0000000066747970", "hex") },
  {
    label: "many ZIP entries",
    bytes: Buffer.alloc(
      2_000_000,
      Buffer.from("504b0304140000000000000000000000000000000000000000000100000041", "hex"),
    ),
  },
])("$label ends soon and throws nothing", async ({ bytes }) => {
  const startedAt = performance.now();
  await sniff(bytes, {});
  expect(performance.now() - startedAt).toBeLessThan(20_000);
});

describe("what is refused", () => {
  const { refusedTypes } = serverSettings.shape.media.parse({});
  test.each([
    "application/x-msdownload",
    "text/html",
    "image/svg+xml",
    "text/x-script",
    "application/java-archive",
  ])("%s by default", (type) => expect(isRefused(type, refusedTypes)).toBe(true));

  test.each([
    "image/jpeg",
    "application/pdf",
    "application/zip",
    "application/octet-stream",
    "text/plain",
  ])("not %s by default", (type) => expect(isRefused(type, refusedTypes)).toBe(false));

  test("a family by its star", () => {
    expect(isRefused("video/mp4", ["video/*"])).toBe(true);
    expect(isRefused("audio/mp4", ["video/*"])).toBe(false);
  });
});
