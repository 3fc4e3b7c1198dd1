import type { Draft as Saved } from "@/lib/contract/dispatches/prepared";
import { call, ProblemError } from "@/lib/web/client";
import { type Draft, draftFrom } from "./draft";
import { rebase } from "./rebase";

/** What is saved: the draft's name and what the form holds. */
export interface Held {
  name: string | null;
  content: Draft;
}

export const heldOf = (content: Draft): Held => ({ name: content.name.trim() || null, content });

/**
 * `newer`: somebody else has saved meanwhile. `gone`: it was scheduled or deleted. Both wait for
 * whoever types to decide.
 */
export type SaveState = "saved" | "saving" | "unsaved" | "newer" | "gone";

/** What of a draft is in this browser alone, and what it was made from. */
interface Copy {
  version: number;
  base: Held;
  held: Held;
}

const SETTLED_MS = 800;
const AGAIN_MS = 3_000;
const copyName = (id: string) => `carillon-draft?draft=${id}`;

/**
 * Saves one draft while somebody types: a moment after the last letter, one call at a time, in the
 * version that was read last. What is not saved yet stands in this browser, whatever becomes of the
 * page, and is saved when the draft is opened again.
 */
export class DraftSaver {
  readonly id: string;
  state: SaveState = "saved";
  version: number;
  private base: Held;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running: Promise<void> | undefined;
  private isClosed = false;

  constructor(
    saved: Saved,
    base: Draft,
    private read: () => Held,
    private tell: (state: SaveState) => void,
  ) {
    this.id = saved.id;
    this.version = saved.version;
    this.base = { name: saved.name, content: { ...base, name: saved.name ?? "" } };
  }

  /**
   * What the form is to begin with: what the server has, and on top of it what only this browser
   * has. `isMerged`: both had changed.
   */
  open(): Held & { isMerged: boolean } {
    const copy = readCopy(this.id);
    if (!copy || isSame(copy.held, this.base)) {
      keepCopy(this.id, undefined);
      return { ...this.base, isMerged: false };
    }
    const merged = this.merge(copy.base, copy.held, this.base);
    return { ...merged, isMerged: copy.version !== this.version };
  }

  private merge(base: Held, mine: Held, newer: Held): Held {
    return heldOf(rebase(base.content, mine.content, newer.content));
  }

  /** Something was typed, or may have been. */
  changed(): void {
    if (this.isSaved()) return;
    this.keep();
    if (this.state === "newer" || this.state === "gone" || this.isClosed) return;
    this.set("saving");
    this.wait(SETTLED_MS);
  }

  /** Saves at once what is not saved yet. */
  async flush(): Promise<SaveState> {
    clearTimeout(this.timer);
    for (;;) {
      // A call that is under way has what was typed before it.
      await this.running;
      if (this.isSaved() || this.state === "newer" || this.state === "gone") return this.state;
      this.running ??= this.save().finally(() => {
        this.running = undefined;
      });
      await this.running;
      if (this.state === "unsaved") return this.state;
    }
  }

  /** Somebody else has saved it, as the server said when it was to be scheduled. */
  noteNewer(): void {
    this.set("newer");
  }

  /** Goes on from what somebody else has saved, with what was changed here on top of it. */
  async loadNewer(): Promise<Held> {
    const saved = await call<Saved>("GET", `drafts/${this.id}/`);
    const content = { ...draftFrom(saved.content, this.base.content), name: saved.name ?? "" };
    const newer = { name: saved.name, content };
    const merged = this.merge(this.base, this.read(), newer);
    this.version = saved.version;
    this.base = newer;
    this.set("saved");
    return merged;
  }

  /** A dispatch was made of it, or it is somebody's no longer. */
  end(): void {
    this.isClosed = true;
    clearTimeout(this.timer);
    keepCopy(this.id, undefined);
  }

  lose(): void {
    clearTimeout(this.timer);
    this.set("gone");
    this.keep();
  }

  /** The page is left: what is open is saved on the way. */
  close(): void {
    if (!this.isClosed) void this.flush();
    this.isClosed = true;
    clearTimeout(this.timer);
  }

  private isSaved(): boolean {
    return isSame(this.read(), this.base);
  }

  private keep(): void {
    keepCopy(this.id, { version: this.version, base: this.base, held: this.read() });
  }

  private async save(): Promise<void> {
    const held = structuredClone(this.read());
    this.set("saving");
    try {
      const headers = { "if-match": `"${this.version}"` };
      const saved = await call<Saved>("PATCH", `drafts/${this.id}/`, held, headers);
      this.version = saved.version;
      this.base = held;
      if (this.isSaved()) {
        keepCopy(this.id, undefined);
        this.set("saved");
      } else {
        this.keep();
        this.wait(SETTLED_MS);
      }
    } catch (error) {
      const status = error instanceof ProblemError ? error.problem.status : undefined;
      this.set(status === 412 ? "newer" : status === 404 ? "gone" : "unsaved");
      if (this.state === "unsaved") this.wait(AGAIN_MS);
    }
  }

  private wait(ms: number): void {
    clearTimeout(this.timer);
    if (!this.isClosed) this.timer = setTimeout(() => void this.flush(), ms);
  }

  private set(state: SaveState): void {
    this.state = state;
    if (!this.isClosed) this.tell(state);
  }
}

const isSame = (a: Held, b: Held) => JSON.stringify(a) === JSON.stringify(b);

function keepCopy(id: string, copy: Copy | undefined): void {
  try {
    if (copy) localStorage.setItem(copyName(id), JSON.stringify(copy));
    else localStorage.removeItem(copyName(id));
  } catch {
    // Storage is full or forbidden: only what the server has survives a reload.
  }
}

/** What only this browser has of a draft. */
export function readCopy(id: string): Copy | undefined {
  try {
    const copy = JSON.parse(localStorage.getItem(copyName(id)) ?? "") as Copy;
    return copy.held.content && copy.base.content ? copy : undefined;
  } catch {
    return undefined;
  }
}
