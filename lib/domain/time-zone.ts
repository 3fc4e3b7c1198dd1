const known = new Set<string>();

/** Is it the name of an IANA time zone, such as `Europe/Moscow`? Offsets such as `+03:00` are not names: they know nothing of summer time. */
export function isTimeZone(name: string): boolean {
  if (known.has(name)) return true;
  if (name.length > 64 || !/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
  } catch {
    return false;
  }
  known.add(name);
  return true;
}

/** The zone itself, or UTC where whoever runs this does not know it: a name that is newer than their tables must not cost them the page. */
export const knownZone = (name: string): string => (isTimeZone(name) ? name : "UTC");
