/** The work was not done in time. */
export class TimeoutError extends Error {
  override readonly name = "TimeoutError";

  constructor(ms: number) {
    super(`no answer within ${ms} ms`);
  }
}

/**
 * What the work answers. The work itself goes on. A `fetch` needs this beside its signal: one whose
 * peer was killed was seen never to end, long after the time-out of its signal (Node 20.20; see
 * https://github.com/nodejs/undici/pull/4984). @throws TimeoutError when it takes longer than `ms`
 */
export async function within<T>(ms: number, work: PromiseLike<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TimeoutError(ms)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
