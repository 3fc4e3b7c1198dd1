import localFont from "next/font/local";

/*
 * Onest, a file for each range of characters, as `@fontsource-variable/onest` cuts it. `optional`:
 * a font that comes late serves the next page, and never moves what is being read. Those that every
 * page needs are asked for with the page itself. (Next reads these calls when it builds: each
 * argument must be written out.)
 */
const latin = localFont({
  src: "../node_modules/@fontsource-variable/onest/files/onest-latin-wght-normal.woff2",
  weight: "100 900",
  display: "optional",
  variable: "--onest-latin",
  adjustFontFallback: false,
  declarations: [
    {
      prop: "unicode-range",
      value:
        "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+0304,U+0308,U+0329,U+2000-206F,U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD",
    },
  ],
});
const cyrillic = localFont({
  src: "../node_modules/@fontsource-variable/onest/files/onest-cyrillic-wght-normal.woff2",
  weight: "100 900",
  display: "optional",
  variable: "--onest-cyrillic",
  adjustFontFallback: false,
  declarations: [{ prop: "unicode-range", value: "U+0301,U+0400-045F,U+0490-0491,U+04B0-04B1,U+2116" }],
});
const latinMore = localFont({
  src: "../node_modules/@fontsource-variable/onest/files/onest-latin-ext-wght-normal.woff2",
  weight: "100 900",
  display: "optional",
  preload: false,
  variable: "--onest-latin-more",
  adjustFontFallback: false,
  declarations: [
    {
      prop: "unicode-range",
      value:
        "U+0100-02BA,U+02BD-02C5,U+02C7-02CC,U+02CE-02D7,U+02DD-02FF,U+0304,U+0308,U+0329,U+1D00-1DBF,U+1E00-1E9F,U+1EF2-1EFF,U+2020,U+20A0-20AB,U+20AD-20C0,U+2113,U+2C60-2C7F,U+A720-A7FF",
    },
  ],
});

/** The classes that tell style sheets the fonts' names. */
export const fontNames = [latin, cyrillic, latinMore].map(({ variable }) => variable).join(" ");
