import { expect } from "vitest";
import { type ImportStartQuery, importStartQuerySchema } from "@/lib/contract/audience/import";
import { awaitImport } from "@/lib/services/audience/import/get-import";
import { startImport } from "@/lib/services/audience/import/start-import";
import { undoImport } from "@/lib/services/audience/import/undo-import";
import { setOptOut } from "@/lib/services/audience/set-opt-out";
import { createSuppression, deleteSuppression } from "@/lib/services/audience/suppress-phone";
import { takeInbound } from "@/lib/services/audience/take-inbound";
import type { Context } from "@/lib/services/context";
import type { Silence } from "./sending-oracle";
import type { World } from "./world";

/**
 * Every way in which somebody opts out or in, and why each number is out by now: as they are told,
 * not as the rows have it.
 */
export class OptOuts {
  /** By phone. */
  private reasons = new Map<string, Set<string>>();
  private imports: { id: string; phones: string[] }[] = [];
  private replies = 0;

  private constructor(
    private world: World,
    private web: Context,
    private silences: Silence[],
    private people: { phone: string; operator: string }[],
  ) {}

  /** @param silences get one for each time that somebody is out */
  static async of(world: World, web: Context, silences: Silence[]): Promise<OptOuts> {
    const people = await world.sql<{ phone: string; operator: string }[]>`
      select r.phone, o.code as operator from recipients r join operators o on o.no = r.operator_no order by r.no`;
    return new OptOuts(world, web, silences, people);
  }

  optOut = (pick: number) =>
    this.change(this.chosen(pick), add("asked"), async (phones) => {
      for (const phone of phones)
        await (pick % 2 ? setOptOut(this.web, phone, true) : createSuppression(this.web, { phone }));
    });

  optIn = (pick: number) =>
    this.change(
      this.chosen(pick).filter((phone) => this.reasonsOf(phone).size > 0),
      (reasons) => reasons.clear(),
      async (phones) => {
        for (const phone of phones)
          await (pick % 2 ? setOptOut(this.web, phone, false) : deleteSuppression(this.web, phone));
      },
    );

  replyStop = (pick: number) =>
    this.change(this.chosen(pick), add("stop"), (phones) => this.reply(phones, "Стоп!"));

  replyStart = (pick: number) =>
    this.change(
      this.chosen(pick),
      (reasons) => void reasons.delete("stop"),
      (phones) => this.reply(phones, "START"),
    );

  /** A list of numbers, or a file of people of whom some have opted out. */
  import = async (pick: number) => {
    // Of few groups: several files say the same of somebody.
    const phones = this.chosen(pick % 2);
    if (phones.length === 0) return;
    const isList = pick % 3 === 0;
    const others = this.people.slice(0, 30).filter(({ phone }) => !phones.includes(phone));
    const out = this.people.filter(({ phone }) => phones.includes(phone));
    const file = isList
      ? `phone\n${phones.join("\n")}\n`
      : `phone,operator,unsubscribed\n${[
          ...out.map(({ phone, operator }) => `${phone},${operator},yes\n`),
          ...others.map(({ phone, operator }) => `${phone},${operator},no\n`),
        ].join("")}`;
    const query: ImportStartQuery = {
      ...importStartQuerySchema.parse({}),
      kind: isList ? "opt_outs" : "recipients",
    };
    const name = `import ${this.imports.length}`;
    await this.change(phones, add(name), async () => {
      const { id } = await startImport(this.web, bytes(file), query, "RU");
      expect(await awaitImport(this.web, id)).toMatchObject({ status: "completed", rejected: 0 });
      this.imports.push({ id, phones });
    });
  };

  undo = async (pick: number) => {
    if (this.imports.length === 0) return;
    const no = pick % this.imports.length;
    const { id, phones } = this.imports[no]!;
    // One that brought nothing, or is undone, cannot be undone: it counts as before.
    let isUndone = false;
    await this.change(
      phones,
      (reasons) => void (isUndone && reasons.delete(`import ${no}`)),
      async () => {
        const isNothing = { code: "import_state" };
        await undoImport(this.web, id).catch((error) => expect(error).toMatchObject(isNothing));
        const { status } = await awaitImport(this.web, id);
        expect(status).toMatch(/^(undone|completed)$/);
        isUndone = status === "undone";
      },
    );
  };

  /** Somebody was erased: nothing more happens to the number. Tells whether it is out for good. */
  forget(phone: string): boolean {
    this.people = this.people.filter((person) => person.phone !== phone);
    return this.reasonsOf(phone).size > 0;
  }

  private chosen = (pick: number): string[] =>
    this.people.filter((_, index) => index % 10 === pick % 10).map(({ phone }) => phone);

  private reasonsOf(phone: string): Set<string> {
    const reasons = this.reasons.get(phone) ?? new Set();
    this.reasons.set(phone, reasons);
    return reasons;
  }

  private reply(phones: string[], text: string): Promise<unknown> {
    const at = () => new Date(1_700_000_000_000 + this.replies * 1_000).toISOString();
    return takeInbound(
      this.web,
      "default",
      phones.map((from) => ({ id: ++this.replies, from, to: "us", text, at: at() })),
    );
  }

  /**
   * Does it, and keeps what it means: a silence begins when it is done, and ends before it begins.
   */
  private async change(
    phones: string[],
    means: (reasons: Set<string>) => void,
    work: (phones: string[]) => Promise<unknown>,
  ): Promise<void> {
    const beforeMs = this.world.clock.now();
    await work(phones);
    for (const phone of phones) {
      const reasons = this.reasonsOf(phone);
      const wasOut = reasons.size > 0;
      means(reasons);
      if (wasOut && reasons.size === 0)
        this.silences.findLast((silence) => silence.phone === phone)!.toMs = beforeMs;
      if (!wasOut && reasons.size > 0)
        this.silences.push({
          dispatch: undefined,
          phone,
          fromMs: this.world.clock.now(),
          toMs: Number.POSITIVE_INFINITY,
        });
    }
    const people = this.people.map(({ phone }) => phone);
    const out = await this.world.sql<{ phone: string }[]>`
      select phone from recipients where opted_out_at is not null and phone = any(${people}) order by phone`;
    const expected = people.filter((phone) => this.reasonsOf(phone).size > 0);
    expect(out.map(({ phone }) => phone)).toEqual(expected.sort());
  }
}

const add = (reason: string) => (reasons: Set<string>) => void reasons.add(reason);

async function* bytes(file: string) {
  yield Buffer.from(file);
}
