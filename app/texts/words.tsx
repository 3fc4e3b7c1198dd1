"use client";

import { type AbstractIntlMessages, NextIntlClientProvider } from "next-intl";
import { type ReactNode, use } from "react";

const AGAIN_MS = 2_000;

const loaded = new Map<string, Promise<AbstractIntlMessages>>();

function load(locale: string, href: string): Promise<AbstractIntlMessages> {
  const texts =
    loaded.get(href) ??
    (typeof window === "undefined"
      ? import(`@/messages/${locale}.json`).then((module) => module.default)
      : fetchTexts(href));
  loaded.set(href, texts);
  return texts;
}

/** Without them a page can be read, and does nothing: they are asked for until they come. */
async function fetchTexts(href: string): Promise<AbstractIntlMessages> {
  for (;;) {
    try {
      const answer = await fetch(href);
      if (answer.ok) return await answer.json();
    } catch {}
    await new Promise((again) => setTimeout(again, AGAIN_MS));
  }
}

/**
 * The texts of pages, for what runs in the browser. It gets them from an address of their own and
 * keeps them: inside of each page they were half of what had to be written, sent and read.
 */
export function Words({ locale, href, children }: { locale: string; href: string; children: ReactNode }) {
  return (
    <NextIntlClientProvider locale={locale} messages={use(load(locale, href))} timeZone="UTC">
      {children}
    </NextIntlClientProvider>
  );
}
