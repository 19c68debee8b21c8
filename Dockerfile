# One image a service, by target. Services run from their TypeScript source; the page is built here.
FROM node:24.21.0-slim AS base
WORKDIR /app
ENV NODE_ENV=production
RUN npm install --global pnpm@12.21.0

FROM base AS manifests
COPY package.json pnpm-workspace.yaml pnpm-lock.yaml ./
COPY contracts/package.json contracts/
COPY service/package.json service/
COPY service/patches service/patches
COPY infra/package.json infra/
COPY ingest/package.json ingest/
COPY processor/package.json processor/
COPY gateway/package.json gateway/
COPY web/package.json web/
COPY e2e/package.json e2e/
COPY bench/package.json bench/
COPY faults/package.json faults/
COPY ops/package.json ops/

FROM manifests AS web-build
ENV NODE_ENV=development
RUN pnpm install --frozen-lockfile --filter @chat-battle/web...
COPY contracts contracts
COPY service service
COPY web web
RUN cd web && pnpm build

FROM manifests AS ingest-deps
RUN pnpm install --frozen-lockfile --prod --no-optional --filter @chat-battle/ingest...
FROM manifests AS processor-deps
RUN pnpm install --frozen-lockfile --prod --no-optional --filter @chat-battle/processor...
FROM manifests AS gateway-deps
RUN pnpm install --frozen-lockfile --prod --no-optional --filter @chat-battle/gateway...
FROM manifests AS web-deps
RUN pnpm install --frozen-lockfile --prod --no-optional --filter @chat-battle/web...
FROM manifests AS infra-deps
RUN pnpm install --frozen-lockfile --prod --no-optional --filter @chat-battle/infra...

FROM node:24.21.0-slim AS runtime
WORKDIR /app
ENV NODE_ENV=production HOST=0.0.0.0 NODE_OPTIONS=--disable-warning=TimeoutNegativeWarning
USER node

FROM runtime AS ingest
COPY --from=ingest-deps /app /app
COPY contracts/src contracts/src
COPY service/src service/src
COPY ingest/src ingest/src
CMD ["node", "ingest/src/main.ts"]

FROM runtime AS processor
COPY --from=processor-deps /app /app
COPY contracts/src contracts/src
COPY service/src service/src
COPY processor/src processor/src
CMD ["node", "processor/src/main.ts"]

FROM runtime AS gateway
COPY --from=gateway-deps /app /app
COPY contracts/src contracts/src
COPY service/src service/src
COPY gateway/src gateway/src
CMD ["node", "gateway/src/main.ts"]

FROM runtime AS web
COPY --from=web-deps /app /app
COPY contracts/src contracts/src
COPY service/src service/src
COPY web/src web/src
COPY --from=web-build /app/web/build web/build
CMD ["node", "web/src/main.ts"]

# The one-shot that creates topics and tables; also the stand-in for Twitch, for the demo.
FROM runtime AS infra
COPY --from=infra-deps /app /app
COPY contracts/src contracts/src
COPY service/src service/src
COPY infra/src infra/src
CMD ["node", "infra/src/provision-main.ts"]
