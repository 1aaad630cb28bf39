# The pages are bundled here, so that the image itself needs neither their source nor the bundler.
FROM node:24-slim AS pages

WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts && npm cache clean --force
COPY tsconfig.json ./
COPY src ./src
RUN node src/http/pages/build.ts && rm -r src/web

FROM node:24-slim

ENV NODE_ENV=production
WORKDIR /app

COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts && npm cache clean --force

COPY tsconfig.json LICENSE ./
COPY --from=pages /app/src ./src
COPY --from=pages /app/dist ./dist
COPY config ./config

# The embedded database lives here when no DATABASE_URL is set: mount a volume on it.
RUN mkdir data && chown node:node data
VOLUME /app/data

USER node
EXPOSE 5006
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 5006}/live`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Node is the first process, so it receives the signal to stop and finishes what it has begun.
CMD ["node", "src/main.ts"]
