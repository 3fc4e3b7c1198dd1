import { SegmentedMessage } from "sms-segments-calculator";

/** Characters that one text may have. */
export const messageTextMax = 1_600;

export interface Segments {
  encoding: "GSM-7" | "UCS-2";
  /** What the operator's rate counts and what is paid for. */
  segments: number;
  /** Characters as people count them. */
  characters: number;
  /** Characters that have no place in GSM-7, each once, in order of appearance: they are why the text is UCS-2. */
  forcesUcs2: string[];
}

/** How a text travels: 160 GSM-7 or 70 UCS-2 characters in one segment, 153 or 67 in each of several (3GPP TS 23.038, 23.040). */
export function segmentsOf(text: string): Segments {
  const message = new SegmentedMessage(text, "auto");
  return {
    encoding: message.encodingName as Segments["encoding"],
    segments: Math.max(1, message.segmentsCount),
    characters: [...text].length,
    forcesUcs2: [...new Set(message.getNonGsmCharacters())],
  };
}
