/**
 * A try to schedule: the key under which the server knows it, and what was sent under it as long as
 * no answer said no.
 */
export interface Attempt {
  key: string;
  sent?: {
    /** The draft, as JSON. */
    of: string;
    body: Record<string, unknown>;
  };
}

/** The attempt that was left behind, or undefined when it cannot be read. */
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
 * The attempts of one form. They are kept as long as its draft is: a reload after a lost answer
 * must not make a second dispatch. Those of a new dispatch and of a draft stay in this browser;
 * those of one like another, which keeps no draft, stay in their tab.
 * @param of the draft: its id, or "browser" for the one in this browser; null: none is kept
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
