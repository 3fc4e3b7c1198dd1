/**
 * An attempt to schedule: the idempotency key, and what was sent with it until an answer has
 * refused it.
 */
export interface Attempt {
  key: string;
  sent?: {
    /** The draft, as JSON. */
    of: string;
    body: Record<string, unknown>;
  };
}

/** The attempt that this browser kept, or undefined when it cannot be read. */
export function readAttempt(kept: string | null): Attempt | undefined {
  try {
    const { key, sent } = JSON.parse(kept ?? "") as Partial<Attempt>;
    if (typeof key !== "string" || !/^[\w-]{8,64}$/.test(key)) return undefined;
    const isWhole = typeof sent?.of === "string" && typeof sent.body === "object" && sent.body !== null;
    return isWhole ? { key, sent } : { key };
  } catch {
    return undefined;
  }
}

/**
 * Keeps the attempts of one form as long as its draft, so that a reload after a lost answer does
 * not make a second dispatch. Attempts of a new dispatch and of a draft are kept in this browser;
 * those of a duplicate, which has no draft, are kept in the tab.
 * @param of the draft's id, or "browser" for the one in this browser; null keeps nothing
 */
export function attemptStore(of: string | null) {
  const isKept = of !== null;
  const name = `carillon-attempt${of === "browser" ? "" : isKept ? `?draft=${of}` : location.search}`;
  const storage = () => (isKept ? localStorage : sessionStorage);
  return {
    read(): Attempt | undefined {
      try {
        return readAttempt(storage().getItem(name));
      } catch {
        return undefined;
      }
    },
    keep(attempt: Attempt | undefined): void {
      try {
        if (attempt) storage().setItem(name, JSON.stringify(attempt));
        else storage().removeItem(name);
      } catch {
        // Storage is full or forbidden: only a reload forgets the key then.
      }
    },
  };
}
