# One image, a role a container: `docker run carillon web | worker | migrate | sign-in-link | health`. docs/deploy.md
FROM node:24.21-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
COPY patches patches
# No package's own program runs at install; our patches are applied by hand.
RUN npm ci --omit=dev --ignore-scripts && node node_modules/patch-package/index.js --error-on-fail
COPY . .
RUN node --import tsx scripts/build.ts --standalone

FROM node:24.21-bookworm-slim
LABEL org.opencontainers.image.title="Carillon" \
      org.opencontainers.image.description="Sends one SMS text to a filtered audience, inside a time window, at the rate each mobile operator allows" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.documentation="docs/deploy.md"
WORKDIR /app
# Root's, and nobody else may write: the roles run as another user and write no file.
COPY --from=build /src/dist/standalone /app
COPY --from=build /src/LICENSE /app/LICENSE
RUN ln -s /app/dist/carillon.mjs /usr/local/bin/carillon && chmod 755 /app/dist/carillon.mjs
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 WORKER_HOST=0.0.0.0 WORKER_PORT=3030
USER 10001:10001
EXPOSE 3000 3030
# Process 1 is Node itself, which takes the signal; it has no children to bury.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["node", "/app/dist/carillon.mjs", "health"]
ENTRYPOINT ["node", "/app/dist/carillon.mjs"]
CMD ["web"]
