/**
 * Resolves as `work` does, or rejects with what `late` gives once `ms` are over. The work itself goes on; if it fails
 * afterwards nobody hears of it here.
 */
export async function withTimeLimit<Result>(
  work: Promise<Result>,
  ms: number,
  late: () => Error,
): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(late()), ms);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
