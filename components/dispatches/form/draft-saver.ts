import type { Draft as Saved } from "@/lib/contract/dispatches/prepared";
import { call, ProblemError } from "@/lib/web/client";
import { type Draft, draftFrom, isSame } from "./draft";
import { rebase } from "./rebase";

/** What is saved: the draft's name and what the form holds. */
export interface Held {
  name: string | null;
  content: Draft;
}

export const heldOf = (content: Draft): Held => ({ name: content.name.trim() || null, content });

/**
 * `newer`: somebody else has saved meanwhile. `gone`: the draft was scheduled or deleted. Both wait
 * for the user to decide.
 */
export type SaveState = "saved" | "saving" | "unsaved" | "newer" | "gone";

/** The changes that only this browser has, and the draft that they began from. */
interface Copy {
  version: number;
  base: Held;
  held: Held;
}

const SETTLED_MS = 800;
const AGAIN_MS = 3_000;
const copyName = (id: string) => `carillon-draft?draft=${id}`;

/**
 * Saves one draft while the user types: a moment after the last key, one call at a time, on top of
 * the version that it read last. This browser keeps unsaved changes even if the page closes, and
 * saves them when the draft is opened again.
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
   * The initial content of the form: the server's draft with this browser's unsaved changes on top.
   * `isMerged`: both had changed.
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

  /** The user may have typed something. */
  changed(): void {
    if (this.isSaved()) return;
    this.keep();
    if (this.state === "newer" || this.state === "gone" || this.isClosed) return;
    this.set("saving");
    this.wait(SETTLED_MS);
  }

  /** Saves unsaved changes at once. */
  async flush(): Promise<SaveState> {
    clearTimeout(this.timer);
    for (;;) {
      // The call under way has only what was typed before it.
      await this.running;
      if (this.isSaved() || this.state === "newer" || this.state === "gone") return this.state;
      this.running ??= this.save().finally(() => {
        this.running = undefined;
      });
      await this.running;
      if (this.state === "unsaved") return this.state;
    }
  }

  /** Scheduling failed because somebody else has saved the draft. */
  noteNewer(): void {
    this.set("newer");
  }

  /** Loads what somebody else has saved, and keeps the user's own changes on top. */
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

  /** The draft was scheduled or deleted: forget it. */
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

  /** The user leaves the page: save on the way. */
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

function keepCopy(id: string, copy: Copy | undefined): void {
  try {
    if (copy) localStorage.setItem(copyName(id), JSON.stringify(copy));
    else localStorage.removeItem(copyName(id));
  } catch {
    // Storage is full or forbidden: only what the server has survives a reload.
  }
}

/** The changes of a draft that only this browser has. */
export function readCopy(id: string): Copy | undefined {
  try {
    const copy = JSON.parse(localStorage.getItem(copyName(id)) ?? "") as Copy;
    return copy.held.content && copy.base.content ? copy : undefined;
  } catch {
    return undefined;
  }
}
