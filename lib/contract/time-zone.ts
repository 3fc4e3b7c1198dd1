import { z } from "zod";
import { isTimeZone, timeZoneNames } from "@/lib/domain/time-zone";

/** The name of an IANA time zone. */
export const timeZoneSchema = z
  .string({ error: "string" })
  .refine(isTimeZone, "timezone")
  .meta({
    description: "The name of an IANA time zone, today's or an older one.",
    // A pattern: programs made from the document would not know what to call 600 constants. Made
    // when it is asked for.
    get pattern() {
      return `^(${timeZoneNames()
        .map((name) => name.replaceAll("+", "\\+"))
        .join("|")})$`;
    },
  });
