# One image per service, by target. Services run from their TypeScript source; the page is built here.
FROM node:24.21.0-slim AS base
WORKDIR /app
ENV NODE_ENV=production
RUN npm install --global pnpm@12.21.0

FROM base AS manifests
COPY package.json pnpm-workspace.yaml pnpm-lock.yaml ./
COPY contracts/package.json contracts/
COPY runtime/package.json runtime/
COPY runtime/patches runtime/patches
COPY statistics/package.json statistics/
COPY infra/provision/package.json infra/provision/
COPY infra/launcher/package.json infra/launcher/
COPY infra/twitch-stub/package.json infra/twitch-stub/
COPY infra/testkit/package.json infra/testkit/
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
COPY runtime runtime
COPY web web
RUN cd web && pnpm build

FROM manifests AS ingest-deps
RUN pnpm install --frozen-lockfile --prod --no-optional --filter @chat-battle/ingest...
FROM manifests AS processor-deps
RUN pnpm install --frozen-lockfile --prod --no-optional --filter @chat-battle/processor...
FROM manifests AS gateway-deps
RUN pnpm install --frozen-lockfile --prod --no-optional --filter @chat-battle/gateway...
# With optional dependencies: the canvas is compiled for each platform.
FROM manifests AS web-deps
RUN pnpm install --frozen-lockfile --prod --filter @chat-battle/web...
FROM manifests AS provision-deps
RUN pnpm install --frozen-lockfile --prod --no-optional --filter @chat-battle/provision...
FROM manifests AS twitch-stub-deps
RUN pnpm install --frozen-lockfile --prod --no-optional --filter @chat-battle/twitch-stub...

FROM node:24.21.0-slim AS runtime
WORKDIR /app
ENV NODE_ENV=production HOST=0.0.0.0 NODE_OPTIONS=--disable-warning=TimeoutNegativeWarning
USER node

FROM runtime AS ingest
COPY --from=ingest-deps /app /app
COPY contracts/src contracts/src
COPY runtime/src runtime/src
COPY ingest/src ingest/src
CMD ["node", "ingest/src/main.ts"]

FROM runtime AS processor
COPY --from=processor-deps /app /app
COPY contracts/src contracts/src
COPY runtime/src runtime/src
COPY statistics/src statistics/src
COPY processor/src processor/src
CMD ["node", "processor/src/main.ts"]

FROM runtime AS gateway
# A new volume takes the owner of the folder that it covers.
USER root
RUN mkdir -p /var/lib/chat-battle/emotes && chown node:node /var/lib/chat-battle/emotes
USER node
COPY --from=gateway-deps /app /app
COPY contracts/src contracts/src
COPY runtime/src runtime/src
COPY statistics/src statistics/src
COPY gateway/src gateway/src
CMD ["node", "gateway/src/main.ts"]

FROM runtime AS web
COPY --from=web-deps /app /app
COPY contracts/src contracts/src
COPY runtime/src runtime/src
COPY web/server web/server
COPY --from=web-build /app/web/build web/build
CMD ["node", "web/server/main.ts"]

# Creates topics and tables, once.
FROM runtime AS provision
COPY --from=provision-deps /app /app
COPY contracts/src contracts/src
COPY runtime/src runtime/src
COPY infra/provision/src infra/provision/src
CMD ["node", "infra/provision/src/main.ts"]

# The stand-in for Twitch, for the demo profile only.
FROM runtime AS twitch-stub
COPY --from=twitch-stub-deps /app /app
COPY contracts/src contracts/src
COPY runtime/src runtime/src
COPY infra/twitch-stub/src infra/twitch-stub/src
CMD ["node", "infra/twitch-stub/src/main.ts", "--host", "0.0.0.0", "--simulate"]
