/** The names by which people know encodings. Other encodings keep their standard names. */
const names: Record<string, string> = {
  "utf-8": "UTF-8",
  "utf-16le": "UTF-16",
  "utf-16be": "UTF-16 BE",
  "windows-1251": "Windows-1251",
  "windows-1252": "Windows-1252",
  "windows-1250": "Windows-1250",
  "windows-1254": "Windows-1254",
  ibm866: "DOS (CP866)",
  "koi8-r": "KOI8-R",
  "iso-8859-5": "ISO 8859-5",
  "x-mac-cyrillic": "Mac (кириллица)",
  macintosh: "Mac",
};

export const encodingName = (encoding: string): string => names[encoding] ?? encoding;
/** The encodings that we offer for every file. */
export const encodings = Object.keys(names);
