import type { Filters } from "@/db/audience/terms";
import type { Sql, Tx } from "@/db/client";
import { type SampledPerson, samplePeople } from "@/db/dispatches/sample-people";
import {
  literalOf,
  type PersonalText,
  renderText,
  saidOf,
  type TextProblem,
  textProblems,
} from "@/lib/domain/text/personal-text";
import { needsUcs2, segmentCount } from "@/lib/domain/text/segments";

/** What one person would be told. */
export interface PersonsText {
  phone: string;
  text: string;
  segments: number;
}

/** What a personal text is to the people of an audience. */
export interface ForeseenTexts {
  /** Of how many the rest speaks. */
  people: number;
  /** They are everybody. */
  isAll: boolean;
  bySegments: { segments: number; count: number }[];
  /** By `operator_no`: of how many people it speaks, and the segments of all their texts. */
  byOperator: Map<number, { people: number; segments: number }>;
  /** Who gets none, by the reason. */
  skipped: { reason: TextProblem; count: number }[];
  /** Whose text is UCS-2 because of a value. */
  forcedUcs2: number;
  longest: PersonsText[];
  samples: PersonsText[];
  /** What a forecast expects: the mean, rounded up. */
  expectedSegments: number;
}

/** So many texts are shown. */
const SHOWN = 3;
/** Texts are made for so long at a time: this process may send messages, too. */
const SLICE_MS_MAX = 2;

/**
 * Makes the texts of some people of an audience.
 * @param limit of how many at most
 * @param isWritten whether somebody of a time zone is written to at all
 */
export async function foreseeTexts(
  sql: Sql | Tx,
  text: PersonalText,
  { filters, segmentsMax, limit }: { filters: Filters; segmentsMax: number | null; limit: number },
  isWritten: (timezone: string | null) => boolean = () => true,
): Promise<ForeseenTexts> {
  const sample = await samplePeople(sql, filters, text.names, limit);
  const people = sample.people.filter(({ timezone }) => isWritten(timezone));
  const literal = literalOf(text);
  const isUcs2Anyway = needsUcs2(literal);
  const isForced = ({ attributes }: SampledPerson) =>
    !isUcs2Anyway && text.names.some((name) => needsUcs2(saidOf(attributes, name)));
  const counts = new Map<number, number>();
  const byOperator: ForeseenTexts["byOperator"] = new Map();
  const skipped = new Map<TextProblem, number>();
  const samples: PersonsText[] = [];
  let longest: PersonsText[] = [];
  let forcedUcs2 = 0;
  let beganMs = performance.now();
  for (const person of people) {
    const made = renderText(text, person.attributes, segmentsMax);
    const { people, segments } = byOperator.get(person.operatorNo) ?? { people: 0, segments: 0 };
    const more = "problem" in made ? 0 : made.segments;
    byOperator.set(person.operatorNo, { people: people + 1, segments: segments + more });
    if ("problem" in made) skipped.set(made.problem, (skipped.get(made.problem) ?? 0) + 1);
    else {
      const told = { phone: person.phone, ...made };
      counts.set(made.segments, (counts.get(made.segments) ?? 0) + 1);
      if (isForced(person)) forcedUcs2++;
      if (samples.length < SHOWN) samples.push(told);
      longest = [...longest, told].sort(byLength).slice(0, SHOWN);
    }
    if (performance.now() - beganMs < SLICE_MS_MAX) continue;
    await new Promise<void>((resolve) => setImmediate(resolve));
    beganMs = performance.now();
  }
  const bySegments = [...counts]
    .map(([segments, count]) => ({ segments, count }))
    .sort((a, b) => a.segments - b.segments);
  const told = bySegments.reduce((sum, { count }) => sum + count, 0);
  const total = bySegments.reduce((sum, { segments, count }) => sum + segments * count, 0);
  return {
    people: people.length,
    isAll: sample.isAll,
    bySegments,
    byOperator,
    skipped: textProblems.flatMap((reason) => ({ reason, count: skipped.get(reason) ?? 0 })),
    forcedUcs2,
    longest,
    samples,
    expectedSegments: told > 0 ? Math.ceil(total / told) : segmentCount(literal),
  };
}

const byLength = (a: PersonsText, b: PersonsText) => b.segments - a.segments || b.text.length - a.text.length;
