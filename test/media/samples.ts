/** The shortest bytes that each kind of file is known by. */
export const JPEG = Buffer.from("ffd8ffe000104a46494600010100000100010000ffd9", "hex");
export const PNG = Buffer.from(
  "89504e470d0a1a0a0000000d4948445200000001000000010806000000" +
    "1f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082",
  "hex",
);
export const OGG = Buffer.concat([
  Buffer.from("4f67675300020000000000000000000000000000000000000000", "hex"),
  Buffer.from("0113", "hex"),
  Buffer.from("OpusHead"),
  Buffer.alloc(32),
]);
export const PDF = Buffer.from("%PDF-1.7\n%\u00e2\u00e3\n1 0 obj\n<<>>\nendobj\n%%EOF", "latin1");
export const MZ = Buffer.concat([Buffer.from("MZ"), Buffer.alloc(80)]);
