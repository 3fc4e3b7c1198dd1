import { isTimeZone, knownZone } from "@/lib/domain/time-zone";

const named = new Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";

/**
 * What this browser calls its time zone, when that is none that it knows, such as `Etc/Unknown`.
 */
export const unknownZone: string | undefined = isTimeZone(named) ? undefined : named;

// Whoever asks a browser for its zone formats dates in it, which throws when it knows no such zone:
// libraries of ours do so in many places.
if (unknownZone !== undefined) {
  const { resolvedOptions } = Intl.DateTimeFormat.prototype;
  Intl.DateTimeFormat.prototype.resolvedOptions = function () {
    const options = resolvedOptions.call(this);
    return { ...options, timeZone: knownZone(options.timeZone ?? "") };
  };
}

/** The zone of this browser; UTC where it names none that it knows. */
export const ownZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
