import path from "node:path";
import { createDiskStore } from "./disk.ts";
import { createS3Store, type S3Tools } from "./s3.ts";
import type { MediaStore } from "./store.ts";

/** Where files are to be kept: in the bucket where all of its settings are there, else in the data folder. */
export interface StoreSettings {
  readonly s3Endpoint?: string | undefined;
  readonly s3Bucket?: string | undefined;
  readonly s3Region: string;
  readonly s3AccessKeyId?: string | undefined;
  readonly s3SecretAccessKey?: string | undefined;
}

/** Builds the configured store. Nothing is read or written yet. */
export function openMediaStore(
  settings: StoreSettings,
  dataDir: string,
  tools: S3Tools,
): MediaStore {
  const { s3Endpoint, s3Bucket, s3Region, s3AccessKeyId, s3SecretAccessKey } = settings;
  if (
    s3Endpoint === undefined ||
    s3Bucket === undefined ||
    s3AccessKeyId === undefined ||
    s3SecretAccessKey === undefined
  )
    return createDiskStore(path.join(dataDir, "files"));
  const bucket = {
    endpoint: s3Endpoint,
    bucket: s3Bucket,
    region: s3Region,
    accessKeyId: s3AccessKeyId,
    secretAccessKey: s3SecretAccessKey,
  };
  return createS3Store(bucket, tools);
}
