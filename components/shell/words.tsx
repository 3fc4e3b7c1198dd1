"use client";

import { type AbstractIntlMessages, NextIntlClientProvider } from "next-intl";
import type { ReactNode } from "react";

const parsed = new Map<string, AbstractIntlMessages>();

/** Each language once: for a server that shows pages in both, too. */
function parse(json: string): AbstractIntlMessages {
  const messages = parsed.get(json) ?? (JSON.parse(json) as AbstractIntlMessages);
  parsed.set(json, messages);
  return messages;
}

/**
 * The texts of pages, for what runs in the browser. They come as one string: React would else write
 * and read every text of its own, for each page.
 * @param json of the messages of that language, as the build has compiled them
 */
export function Words(props: { locale: string; json: string; children: ReactNode }) {
  return (
    <NextIntlClientProvider locale={props.locale} messages={parse(props.json)} timeZone="UTC">
      {props.children}
    </NextIntlClientProvider>
  );
}
