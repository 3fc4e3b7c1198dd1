"use client";

import type { UseQueryResult } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useFormatter, useTranslations } from "next-intl";
import { memo, useRef } from "react";
import { Controller, useFormContext, useWatch } from "react-hook-form";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Skeleton } from "@/components/ui/skeleton";
import type { PreviewAnswer } from "@/lib/contract/dispatches/preview";
import { invisibleIn, plainText, visibleText } from "@/lib/domain/text/plain-text";
import { lengthOf, messageTextMax, segmentsOf } from "@/lib/domain/text/segments";
import type { Draft } from "./draft";
import { knownPart } from "./notation";
import { PlaceholderButton } from "./placeholder-button";
import { TestSend } from "./test-send";

// Most texts are not personal, so this is loaded on demand. It keeps its place until it has come.
const PersonalMode = dynamic(() => import("./personal-mode"), {
  loading: () => <Skeleton className="h-44" />,
});
const PeopleTexts = dynamic(() => import("./people-texts"), { loading: () => <Skeleton className="h-96" /> });

/**
 * At most so many letters of another alphabet are probably a slip (a Cyrillic "с" in a Latin word),
 * not the language of the text.
 */
const FOREIGN_LETTERS_MAX = 3;
const isForeignLetter = (character: string) =>
  /\p{L}/u.test(character) && !/\p{Script=Latin}/u.test(character);

/** The text, with its cost while the user types, and the characters that raise it. */
export const MessageField = memo(function MessageField({
  preview,
}: {
  preview: UseQueryResult<PreviewAnswer>;
}) {
  const t = useTranslations("form");
  const format = useFormatter();
  const { control, setValue } = useFormContext<Draft>();
  const isPersonal = useWatch({ control, name: "personal" });
  const area = useRef<HTMLTextAreaElement>(null);
  return (
    <Controller
      control={control}
      name="message_text"
      render={({ field, fieldState }) => {
        const hasBraces = field.value.includes("{{");
        const known = (text: string) => segmentsOf(isPersonal ? knownPart(text) : text);
        const info = known(field.value);
        const length = lengthOf(field.value);
        const replaced = plainText(field.value);
        const gain = info.encoding === "UCS-2" ? known(replaced) : info;
        const isGain = replaced !== field.value && gain.segments < info.segments;
        // Invisible characters are named below.
        const visibleForces = info.forcesUcs2.filter((character) => visibleText(character) === character);
        const unseen = invisibleIn(field.value);
        // A text in another alphabet must be UCS-2: a list of all its letters would not help.
        const isForeign = info.forcesUcs2.filter(isForeignLetter).length > FOREIGN_LETTERS_MAX;
        return (
          <section className="flex flex-col gap-3">
            <Field
              area
              label={t("message")}
              value={field.value}
              onChange={field.onChange}
              onBlur={field.onBlur}
              inputRef={(control) => {
                field.ref(control);
                area.current = control;
              }}
              error={fieldState.error?.message}
              placeholder={t("message_placeholder")}
            />
            <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1.5 text-soft">
              <p>
                {isPersonal && hasBraces
                  ? t("personal.depends")
                  : field.value
                    ? t("segments", { segments: info.segments, encoding: info.encoding })
                    : t("segments_hint")}
              </p>
              <p className={length > messageTextMax ? "font-medium text-bad" : ""}>
                {format.number(length)} / {format.number(messageTextMax)}
              </p>
            </div>
            {visibleForces.length > 0 && (isGain || !isForeign) && (
              <div className="flex flex-wrap items-center gap-x-3 gap-y-2 rounded-md bg-raised px-3 py-2 text-[0.9rem]">
                <span className="text-soft">{t("ucs2")}</span>
                <span className="flex flex-wrap gap-1">
                  {visibleForces.slice(0, 16).map((character) => (
                    <kbd key={character} className="rounded border border-line bg-surface px-1.5 font-sans">
                      {character}
                    </kbd>
                  ))}
                  {visibleForces.length > 16 && (
                    <span className="text-soft">+{visibleForces.length - 16}</span>
                  )}
                </span>
                {isGain && (
                  <Button onClick={() => setValue("message_text", replaced, { shouldDirty: true })}>
                    {t("replace", { segments: gain.segments })}
                  </Button>
                )}
              </div>
            )}
            {unseen.length > 0 && (
              <div
                role="status"
                className="flex flex-wrap items-center gap-x-3 gap-y-2 rounded-md bg-warn-wash px-3 py-2 text-[0.9rem] text-warn"
              >
                <span>
                  {t("unseen")}{" "}
                  {unseen
                    .map(
                      ({ name, count }) =>
                        t(`invisible.${name}`) + (count > 1 ? ` × ${format.number(count)}` : ""),
                    )
                    .join(", ")}
                </span>
                <Button
                  className="text-ink"
                  onClick={() => setValue("message_text", visibleText(field.value), { shouldDirty: true })}
                >
                  {t("remove_unseen")}
                </Button>
              </div>
            )}
            <div className="flex flex-wrap items-start gap-x-4 gap-y-1">
              <PlaceholderButton area={area} />
              <TestSend />
            </div>
            {(isPersonal || hasBraces) && <PersonalMode />}
            {isPersonal && hasBraces && <PeopleTexts preview={preview} />}
          </section>
        );
      }}
    />
  );
});
