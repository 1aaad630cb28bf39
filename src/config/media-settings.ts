import { z } from "zod";
import { flag, list, wholeNumber } from "../settings.ts";

/** What is not handed on: programs, scripts, and pages that would run in a reader's browser. */
const REFUSED_TYPES = [
  "application/x-msdownload",
  "application/x-elf",
  "application/x-mach-binary",
  "application/java-vm",
  "application/java-archive",
  "application/vnd.android.package-archive",
  "application/x-deb",
  "application/x-rpm",
  "application/x-apple-diskimage",
  "application/x-ms-shortcut",
  "application/x-ms-regedit",
  "application/x-google-chrome-extension",
  "application/x-shockwave-flash",
  "application/wasm",
  "text/x-script",
  "text/html",
  "image/svg+xml",
];

const oneWord = z.string().regex(/^[\x21-\x7e]+$/, "must be one word without spaces");

const DAY_MS = 86_400_000;
const MEBIBYTE = 1024 * 1024;

const S3_KEYS = ["s3Endpoint", "s3Bucket", "s3AccessKeyId", "s3SecretAccessKey"] as const;

/** The settings of files that people send. They are kept on the disk, or in a bucket where the S3 settings are there. */
export const mediaSettings = z
  .strictObject({
    /** Whether files are fetched at all. */
    enabled: flag().default(true),
    /** Larger files are not fetched. WhatsApp lets documents have 100 MB. */
    maxBytes: wholeNumber(1_024, 100 * MEBIBYTE).default(25 * MEBIBYTE),
    /** Milliseconds one try to fetch a file may hold up its conversation. */
    fetchTimeoutMs: wholeNumber(500, 120_000).default(20_000),
    /** Milliseconds for which a link to a file works. */
    urlTtlMs: wholeNumber(60_000, 30 * DAY_MS).default(3_600_000),
    /** MIME types, judged by the bytes, that are thrown away; `image/*` is every image. */
    refusedTypes: list(
      z.string().regex(/^[a-z0-9.+-]+\/([a-z0-9.+-]+|\*)$/, "not a MIME type such as text/html"),
    ).default(REFUSED_TYPES),
    /** What links are signed with; the admin key where absent. */
    key: oneWord.min(16).optional(),
    s3Endpoint: z
      .url({ protocol: /^https?$/, error: "not an http or https URL" })
      .transform((url) => url.replace(/\/+$/, ""))
      .optional(),
    s3Bucket: z
      .string()
      .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "not the name of a bucket")
      .optional(),
    s3Region: oneWord.default("us-east-1"),
    s3AccessKeyId: oneWord.optional(),
    s3SecretAccessKey: oneWord.optional(),
  })
  .superRefine((settings, context) => {
    const missing = S3_KEYS.filter((key) => settings[key] === undefined);
    if (missing.length === S3_KEYS.length) return;
    for (const key of missing) {
      const message = "is needed beside the other S3 settings";
      context.addIssue({ code: "custom", path: [key], message });
    }
  });
