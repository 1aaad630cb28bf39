import { afterAll, describe, expect, test } from "@jest/globals";
import express from "express";
import request from "supertest";
import { filesRouter } from "../../src/http/files.ts";
import { fileNameFor } from "../../src/media/file-name.ts";
import { createLinks } from "../../src/media/links.ts";
import { isRefused, sniff } from "../../src/media/sniff.ts";
import { JPEG, MZ, PDF, PNG } from "../media/samples.ts";
import { defaultSettings } from "../flow/scene.ts";
import { tellFigures } from "./figures.ts";

const SCRIPT = "<script>alert(1)</script>";
const PAGE = `<!DOCTYPE html><html><body>${SCRIPT}</body></html>`;
const GIF = Buffer.from("GIF89a");
const ELF = Buffer.concat([Buffer.from("\u007fELF"), Buffer.alloc(80)]);
const join = (...parts: readonly (Buffer | string)[]) =>
  Buffer.concat(parts.map((part) => Buffer.from(part)));

/** Files that are one thing to the one who judges and another to the one who opens. */
const FILES: readonly { readonly label: string; readonly bytes: Buffer; readonly type: string }[] =
  [
    { label: "a picture with a page behind", bytes: join(JPEG, PAGE), type: "text/html" },
    { label: "a picture with a script behind", bytes: join(PNG, SCRIPT), type: "image/svg+xml" },
    { label: "a GIF that is a script", bytes: join(GIF, "=1;alert(1)//"), type: "text/javascript" },
    { label: "a GIF that is a page", bytes: join(GIF, PAGE), type: "text/html" },
    { label: "a PDF with a page before", bytes: join(PAGE, PDF), type: "application/pdf" },
    { label: "a PDF with a page behind", bytes: join(PDF, PAGE), type: "application/pdf" },
    { label: "a page called a picture", bytes: join(PAGE), type: "image/jpeg" },
    { label: "a page after 600 blanks", bytes: join(" ".repeat(600), PAGE), type: "text/plain" },
    { label: "a page behind a mark of UTF-8", bytes: join("\ufeff", PAGE), type: "text/plain" },
    {
      label: "a page in UTF-16",
      bytes: Buffer.from(`\ufeff${PAGE}`, "utf16le"),
      type: "text/plain",
    },
    {
      label: "a drawing with a script",
      bytes: join(`<svg xmlns="http://www.w3.org/2000/svg">${SCRIPT}</svg>`),
      type: "image/svg+xml",
    },
    {
      label: "a drawing called a picture",
      bytes: join(`<?xml version="1.0"?><svg onload="alert(1)"/>`),
      type: "image/png",
    },
    {
      label: "XML with a style",
      bytes: join(`<?xml-stylesheet href="x"?><a/>`),
      type: "application/xml",
    },
    { label: "a program called a picture", bytes: MZ, type: "image/jpeg" },
    { label: "a program of Linux", bytes: ELF, type: "application/pdf" },
    { label: "a shell's script", bytes: join("#!/bin/sh\nrm -rf /\n"), type: "text/plain" },
    { label: "a program's picture", bytes: join("MZ", JPEG), type: "image/jpeg" },
    {
      label: "PHP in a picture",
      bytes: join(JPEG, "<?php system($_GET['c']); ?>"),
      type: "image/jpeg",
    },
    {
      label: "an archive behind a picture",
      bytes: join(PNG, "PK\u0003\u0004", Buffer.alloc(40)),
      type: "image/png",
    },
    { label: "nothing", bytes: Buffer.alloc(0), type: "text/html" },
  ];

const NAMES: readonly string[] = [
  "../../../etc/passwd",
  String.raw`..\..\windows\system32\cmd.exe`,
  "/etc/passwd",
  String.raw`C:\boot.ini`,
  "....//....//a.pdf",
  "%2e%2e%2fa.pdf",
  "a\u0000.pdf",
  "a.pdf\u0000.exe",
  "a\r\nSet-Cookie: x=1",
  "a\r\n\r\n<script>",
  "a\u2028b.pdf",
  "\u202efdp.exe",
  'a"; filename="b.exe',
  "a';b.pdf",
  "a%0d%0aX: y",
  ".htaccess",
  ".bashrc",
  "CON",
  "nul.txt",
  "a.pdf ",
  "a.pdf.",
  "a".repeat(5_000),
  "😀.pdf",
  "<img src=x onerror=alert(1)>.png",
  "$(reboot).pdf",
  "`id`.pdf",
  "a|b.pdf",
  "--help",
  "-rf",
  "~root",
  "\\\\server\\share\\a.pdf",
  "a.pdf:stream",
  "",
  " ",
  "..",
  ".",
];

afterAll(() => {
  tellFigures({
    control: "S7",
    tried: `${FILES.length} files that are two things, ${NAMES.length} hostile names for ${TYPES.length} kinds of file`,
    came: "0 served so that a browser runs them, 0 names with a folder, a control character or a second header",
  });
});

const TYPES = ["application/pdf", "image/jpeg", "text/html", "application/octet-stream"] as const;
const { media } = defaultSettings();
const ID = "0198c0de-0000-7000-8000-0000000000af";
const links = createLinks({ secret: "k", ttlMs: 60_000, now: () => new Date() });

async function* give(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function serve(fileName: string, mimeType: string, bytes: Buffer) {
  const row = { id: ID, storageKey: "key", mimeType, sizeBytes: bytes.length, fileName };
  const app = express().use(
    "/files",
    filesRouter({
      links,
      find: async () => row,
      open: async () => ({ sizeBytes: bytes.length, chunks: give(bytes) }),
    }),
  );
  return request(app)
    .get(links.pathTo({ id: ID, mimeType, fileName }))
    .buffer(true);
}

/** Kinds that a browser shows by itself without running anything of them. */
const HARMLESS = /^(?:(?:image\/(?!svg)|audio\/|video\/)[\w.+-]+|application\/pdf)$/;

describe("a file that is two things", () => {
  test.each(FILES)(
    "$label is thrown away, or served so that nothing of it runs",
    async ({ bytes, type }) => {
      const found = await sniff(bytes, { mimeType: type });
      if (isRefused(found, media.refusedTypes)) return;
      const { headers } = await serve("a", found, bytes);
      expect(headers["x-content-type-options"]).toBe("nosniff");
      expect(headers["content-security-policy"]).toBe("sandbox; default-src 'none'");
      expect(headers["content-type"]).toContain(found);
      if (!HARMLESS.test(found)) expect(headers["content-disposition"]).toMatch(/^attachment;/);
    },
  );
});

describe("a hostile name", () => {
  test.each(NAMES.map((name) => ({ name: name.slice(0, 40), whole: name })))(
    "%j",
    async ({ whole }) => {
      for (const type of TYPES) {
        const safe = fileNameFor(whole, type);
        expect(safe).toMatch(/^[\p{L}\p{N}\p{M}_-][\p{L}\p{N}\p{M}._ -]{0,99}$/u);
        expect(safe).not.toContain("..");
        const { headers, status } = await serve(whole, type, JPEG);
        expect(status).toBe(200);
        expect(headers["set-cookie"]).toBeUndefined();
        expect(headers["content-disposition"]).toMatch(
          /^(?:inline|attachment); filename="[^"\\/\r\n]*"; filename\*=UTF-8''[\w.%~!'()*-]*$/,
        );
      }
    },
  );
});
