"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import { useFormatter, useTranslations } from "next-intl";
import { useEffect, useRef, useState } from "react";
import { encodingName, encodings } from "@/components/audience/import/encodings";
import { ImportFailure } from "@/components/audience/import/import-failure";
import { Button } from "@/components/ui/button";
import { hintClass, labelClass } from "@/components/ui/input-classes";
import { cellClass } from "@/components/ui/list-states";
import { Select } from "@/components/ui/select";
import type { RangeLoad } from "@/lib/contract/audience/number-range";
import { call } from "@/lib/web/client";
import { operatorsQuery } from "@/lib/web/queries";

/** How to read the file, and which operators its names mean, as far as the user has chosen. */
export interface RangeChoices {
  encoding?: string;
  operators?: Record<string, string>;
  skip_unknown?: "true" | "false";
  take_unknown?: "true" | "false";
}

interface RangeReviewProps {
  load: RangeLoad;
  choices: RangeChoices;
  isChecking: boolean;
  error: Error | null;
  /** Null when the file is not at hand. */
  onCheck: ((choices: RangeChoices) => void) | null;
  onLeave: () => void;
  onApplied: () => unknown;
}

/**
 * What we found in the file, and what it would change. Nothing is applied before the user presses
 * the last button.
 */
export function RangeReview({
  load,
  choices,
  isChecking,
  error,
  onCheck,
  onLeave,
  onApplied,
}: RangeReviewProps) {
  const t = useTranslations("ranges");
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const apply = useMutation({
    mutationFn: () => call<RangeLoad>("POST", `number-range-loads/${load.id}/apply/`),
    onSuccess: onApplied,
  });
  const { file, review, obstacle } = load;
  const why = load.error?.detail ?? obstacle?.detail;
  return (
    <div className="flex min-w-0 flex-col gap-5 rounded-card border border-line bg-surface p-4 sm:p-5">
      <div>
        <h3 ref={heading} tabIndex={-1} className="font-semibold outline-none">
          {t(load.kind === "removal" ? "review_remove" : "review_load")}
        </h3>
        {load.file_name && (
          <p className="break-all text-soft">
            {load.file_name}
            {load.ranges > 0 && ` · ${t("loaded", { count: load.ranges })}`}
          </p>
        )}
      </div>
      {file && <Recognised file={file} choices={choices} isLocked={isChecking} onCheck={onCheck} />}
      {file && file.problems.length > 0 && <Problems file={file} />}
      {file && file.unknown_operators.length > 0 && (
        <UnknownNames file={file} choices={choices} isLocked={isChecking} onCheck={onCheck} />
      )}
      {review && <Outcome review={review} choices={choices} isLocked={isChecking} onCheck={onCheck} />}
      <ImportFailure error={error ?? apply.error} />
      <div className="flex flex-col gap-2 border-line border-t pt-4">
        {why && (
          <p id="ranges-obstacle" className="text-bad">
            {why}
          </p>
        )}
        <div className="flex flex-wrap gap-2">
          <Button
            variant={load.kind === "removal" ? "danger" : "primary"}
            disabled={!review || why !== undefined}
            aria-describedby={why ? "ranges-obstacle" : undefined}
            isBusy={apply.isPending || isChecking}
            onClick={() => apply.mutate()}
          >
            {load.kind === "removal" ? t("apply_remove") : t("apply", { count: review?.to_move ?? 0 })}
          </Button>
          <Button disabled={apply.isPending} onClick={onLeave}>
            {t("cancel")}
          </Button>
        </div>
      </div>
    </div>
  );
}

type Part = Pick<RangeReviewProps, "choices" | "onCheck"> & { isLocked: boolean };
type LoadFile = NonNullable<RangeLoad["file"]>;

function Recognised({ file, choices, isLocked, onCheck }: Part & { file: LoadFile }) {
  const t = useTranslations("ranges");
  const own = file.encoding;
  const offered = [...new Set([...file.encodings.map(({ encoding }) => encoding), ...encodings])];
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      {own !== null && (
        <div className="flex min-w-0 flex-col gap-1.5">
          <span className={labelClass}>{t("encoding")}</span>
          <Select
            aria-label={t("encoding")}
            value={choices.encoding ?? own}
            disabled={!onCheck || isLocked}
            onChange={(event) => onCheck?.({ encoding: event.target.value })}
          >
            {offered.map((encoding) => (
              <option key={encoding} value={encoding}>
                {encodingName(encoding)}
              </option>
            ))}
          </Select>
          {!file.is_encoding_sure && (
            <span className={`${hintClass} break-words`}>
              {file.encodings.find(({ encoding }) => encoding === own)?.samples.join(" · ")}
            </span>
          )}
        </div>
      )}
      <div className="flex min-w-0 flex-col gap-1.5">
        <span className={labelClass}>{t("columns")}</span>
        <span className="break-words">
          {file.columns
            .filter(({ name }) => name !== "")
            .map(({ name, meaning }) =>
              name === meaning
                ? name
                : `${name} → ${meaning === "passed_over" ? t("column_unread") : meaning}`,
            )
            .join(", ")}
        </span>
        {file.faults.map(({ code, detail }) => (
          <span key={detail + code} className="text-bad">
            {detail}
          </span>
        ))}
      </div>
    </div>
  );
}

function Problems({ file }: { file: LoadFile }) {
  const t = useTranslations("ranges");
  const count = file.errors.reduce((sum, one) => sum + one.count, 0);
  const shown = file.problems.slice(0, 20);
  return (
    <section aria-labelledby="ranges-wrong" className="flex flex-col gap-1.5">
      <h4 id="ranges-wrong" className="font-medium text-bad">
        {t("wrong", { count })}
      </h4>
      <ul className="flex flex-col gap-1">
        {shown.map(({ line, code, detail }) => (
          <li key={`${line} ${code}`}>
            <span className="text-soft">{t("line", { line })}:</span> {detail}
          </li>
        ))}
        {count > shown.length && <li className="text-soft">{t("more", { count: count - shown.length })}</li>}
      </ul>
    </section>
  );
}

const headClass = "px-3.5 py-2 text-left font-medium text-soft";
const NAMES_SHOWN = 30;

/**
 * The names of the file that mean no operator of ours. The user says which operator each one means.
 */
function UnknownNames({ file, choices, isLocked, onCheck }: Part & { file: LoadFile }) {
  const t = useTranslations("ranges");
  const operators = useQuery(operatorsQuery);
  const [said, setSaid] = useState<Record<string, string>>(choices.operators ?? {});
  const [skips, setSkips] = useState(choices.skip_unknown === "true");
  const format = useFormatter();
  return (
    <section aria-labelledby="ranges-names" className="flex min-w-0 flex-col gap-3">
      <h4 id="ranges-names" className="font-medium">
        {t("names")}
      </h4>
      <div className="overflow-x-auto rounded-card border border-line">
        <table className="w-full border-collapse">
          <thead>
            <tr>
              <th className={headClass}>{t("name")}</th>
              <th className={`${headClass} hidden sm:table-cell`}>{t("ranges")}</th>
              <th className={headClass}>{t("means")}</th>
            </tr>
          </thead>
          <tbody>
            {file.unknown_operators.slice(0, NAMES_SHOWN).map(({ name, ranges }) => (
              <tr key={name} className="border-line border-t">
                <td className={`${cellClass} break-words`}>
                  {name}
                  <span className="block text-[0.9rem] text-soft sm:hidden">
                    {t("loaded", { count: ranges })}
                  </span>
                </td>
                <td className={`${cellClass} hidden tabular-nums sm:table-cell`}>{format.number(ranges)}</td>
                <td className={`${cellClass} min-w-36`}>
                  <Select
                    className="w-full"
                    aria-label={`${t("means")}: ${name}`}
                    disabled={!onCheck || isLocked}
                    value={said[name] ?? ""}
                    onChange={(event) => {
                      const { [name]: _, ...others } = said;
                      setSaid(event.target.value === "" ? others : { ...others, [name]: event.target.value });
                    }}
                  >
                    <option value="">{t(skips ? "leave_out" : "choose")}</option>
                    {(operators.data ?? []).map((one) => (
                      <option key={one.code} value={one.code}>
                        {one.name}
                      </option>
                    ))}
                  </Select>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {file.unknown_operators.length > NAMES_SHOWN && (
        <p className="text-soft">{t("more", { count: file.unknown_operators.length - NAMES_SHOWN })}</p>
      )}
      {onCheck && (
        <div className="flex flex-wrap items-center gap-x-5 gap-y-2">
          <label className="flex items-baseline gap-2">
            <input type="checkbox" checked={skips} onChange={(event) => setSkips(event.target.checked)} />
            {t("skip_rest")}
          </label>
          <Button
            isBusy={isLocked}
            onClick={() => onCheck({ operators: said, skip_unknown: skips ? "true" : "false" })}
          >
            {t("check_again")}
          </Button>
        </div>
      )}
    </section>
  );
}

function Outcome({
  review,
  choices,
  isLocked,
  onCheck,
}: Part & { review: NonNullable<RangeLoad["review"]> }) {
  const t = useTranslations("ranges");
  const format = useFormatter();
  const operators = useQuery(operatorsQuery);
  const nameOf = (code: string) => operators.data?.find((one) => one.code === code)?.name ?? code;
  const isTaken = choices.take_unknown === "true";
  return (
    <section aria-labelledby="ranges-outcome" className="flex min-w-0 flex-col gap-2">
      <h4 id="ranges-outcome" className="font-medium">
        {t("outcome")}
      </h4>
      {!review.is_whole && (
        <p className="text-warn">{t("part", { share: format.number(review.share, { style: "percent" }) })}</p>
      )}
      {review.moves.length === 0 ? (
        <p>{t("nobody")}</p>
      ) : (
        <table className="w-full max-w-lg border-collapse">
          <thead>
            <tr>
              <th className={headClass}>{t("from")}</th>
              <th className={headClass}>{t("to")}</th>
              <th className={`${headClass} text-right`}>{t("people")}</th>
            </tr>
          </thead>
          <tbody>
            {review.moves.map(({ from, to, count }) => (
              <tr key={`${from} ${to}`} className="border-line border-t">
                <td className={cellClass}>{nameOf(from)}</td>
                <td className={cellClass}>{nameOf(to)}</td>
                <td className={`${cellClass} text-right tabular-nums`}>{format.number(count)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p className="text-soft">
        {t("to_zone", { count: review.to_zone })} {t("named", { count: review.named })}
      </p>
      {review.unknown > 0 && (
        <label className="flex items-baseline gap-2">
          <input
            type="checkbox"
            checked={isTaken}
            disabled={!onCheck || isLocked}
            onChange={(event) => onCheck?.({ take_unknown: event.target.checked ? "true" : "false" })}
          />
          <span>
            {t("take_unknown")} <span className="text-soft">{t("unknown", { count: review.unknown })}</span>
          </span>
        </label>
      )}
    </section>
  );
}
