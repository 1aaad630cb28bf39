# Makes the JavaScript that the image carries: it needs neither the source nor the compiler nor the bundler.
FROM node:24-slim AS build

WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts && npm cache clean --force
COPY tsconfig.json ./
COPY src ./src
RUN node src/build.ts && find dist -name '*.d.ts' -delete

# What the program imports. The Node that the package brings for other installations is left out: the image has its own.
FROM node:24-slim AS dependencies

WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts \
  && npm cache clean --force \
  && rm -rf node_modules/node node_modules/.bin

FROM node:24-slim

ENV NODE_ENV=production
WORKDIR /app

COPY package.json LICENSE ./
COPY src/cli/ponte.js ./src/cli/ponte.js
COPY config ./config
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist

# The embedded database lives here when no DATABASE_URL is set: mount a volume on it.
RUN mkdir data && chown node:node data
VOLUME /app/data

USER node
EXPOSE 5006
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 5006}/live`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Node is the first process, so it receives the signal to stop and finishes what it has begun.
CMD ["node", "dist/main.js"]
