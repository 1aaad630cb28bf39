/** A file as it is read back. */
export interface StoredBytes {
  /** Undefined where the store does not say. */
  readonly sizeBytes: number | undefined;
  /** Throws `store_unavailable` where the store breaks off. Whoever stops early must end the iteration. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

/**
 * Where the bytes of people's files are kept: a folder or a bucket. Every function throws `store_unavailable` where the
 * store does not do its work, and an ordinary error for a key that `keyOf` did not make.
 */
export interface MediaStore {
  /** Keeps a file; one under the same key is replaced as a whole. When it returns, the bytes are safe. */
  readonly put: (key: string, bytes: Uint8Array, mimeType: string) => Promise<void>;
  /** Undefined where there is no such file. */
  readonly open: (key: string) => Promise<StoredBytes | undefined>;
  /** Removes a file; one that is gone already is no error. */
  readonly remove: (key: string) => Promise<void>;
  /** Clears away what interrupted writes left behind. */
  readonly tidy: () => Promise<void>;
}

const KEY = /^[0-9a-f]{2}\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The key of a file: spread over 256 folders by its last digits, which in our ids are the random ones. */
export function keyOf(fileId: string): string {
  return checkedKey(`${fileId.slice(-2)}/${fileId}`);
}

/** Keys become paths and addresses: anything but our own form is a mistake and goes no further. */
export function checkedKey(key: string): string {
  if (!KEY.test(key)) throw new Error("not the key of a file");
  return key;
}
