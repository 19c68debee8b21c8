import { io } from 'socket.io-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import type { SubscribeAck } from '@chat-battle/contracts/live/down'
import { readConfig as readGatewayConfig } from '@chat-battle/gateway/config'
import { startGateway } from '@chat-battle/gateway/service'
import { freePort } from '@chat-battle/runtime/http/free-port'
import { provisionCassandra, provisionKafka, singleCopy } from '@chat-battle/provision/provision'
import { securedCassandra, securedKafka } from '@chat-battle/launcher/secured'
import { until } from '@chat-battle/testkit/testing'
import { startTwitch, type TwitchServer } from '@chat-battle/twitch-stub/server'
import { readConfig as readIngestConfig } from '@chat-battle/ingest/config'
import { startIngest } from '@chat-battle/ingest/service'
import { readConfig as readProcessorConfig } from '@chat-battle/processor/config'
import { startProcessor } from '@chat-battle/processor/service'
import { createCassandra } from '@chat-battle/runtime/cassandra/client'
import { createKafka } from '@chat-battle/runtime/kafka/client'
import { createLogger } from '@chat-battle/runtime/process/logger'

const channel = 'secured'
const operatorToken = 'a-token-of-length'
const running = new AsyncDisposableStack()
let environment: NodeJS.ProcessEnv
let twitch: TwitchServer

// Every service that uses Kafka or Cassandra, on servers that accept clients with TLS and a password only.
beforeAll(async () => {
  const servers = await Promise.all(
    [securedKafka(), securedCassandra()].map(async (starting) => running.use(await starting)),
  )
  environment = {
    ...Object.assign({}, ...servers.map((server) => server.environment)),
    INGEST_METRICS_PORT: String(await freePort()),
    PROCESSOR_METRICS_PORT: String(await freePort()),
    GATEWAY_PORT: String(await freePort()),
    MONITORED_CHANNELS: channel,
    OPERATOR_TOKEN: operatorToken,
  } as NodeJS.ProcessEnv
  const logger = createLogger('test', process.env.LOG_LEVEL ?? 'silent')
  twitch = running.use(await startTwitch())
  const processor = readProcessorConfig(environment)
  await provisionKafka(createKafka('test', processor, logger), { prefix: '', replication: 1 })
  await provisionCassandra(processor, { replication: singleCopy(processor) })
  running.use(await startProcessor(processor, logger))
  running.use(
    await startIngest(
      readIngestConfig({ ...environment, ...twitch.emoteSettings, TWITCH_IRC_URL: twitch.url }),
      logger,
    ),
  )
  running.use(await startGateway(readGatewayConfig(environment), logger))
}, 180_000)
afterAll(() => running.disposeAsync(), 40_000)

test('turns a message into a frame and an archived row', async () => {
  const frames: ChannelStats[] = []
  const socket = io(`http://127.0.0.1:${environment.GATEWAY_PORT}`, { transports: ['websocket'] })
  running.defer(() => void socket.disconnect())
  socket.on('stats', (stats: ChannelStats) => frames.push(stats))
  await until(async () => ((await socket.emitWithAck('subscribe', channel)) as SubscribeAck).ok, 'subscribed')
  const tags = `badges=;display-name=Ann;emotes=;id=m1;room-id=${twitch.roomId(channel)};tmi-sent-ts=${Date.now()};subscriber=0;user-id=5`
  await until(() => twitch.say(channel, `@${tags} :ann!ann@ann PRIVMSG #${channel} :hello`) > 0, 'joined')
  await until(() => frames.some((stats) => stats.message_count === 1), 'the frame')

  const archive = createCassandra(readProcessorConfig(environment))
  running.defer(() => archive.shutdown())
  const row = await until(
    async () => (await archive.execute('SELECT username, message FROM raw_chat_messages')).first(),
    'the row',
  )
  expect({ ...row }).toMatchObject({ username: 'ann', message: 'hello' })
})

test.for([
  ['INGEST_METRICS_PORT', '/metrics'],
  ['PROCESSOR_METRICS_PORT', '/metrics'],
  ['GATEWAY_PORT', '/metrics'],
  ['GATEWAY_PORT', '/operator/dead-letters'],
] as const)('%s%s requires the operator token', async ([port, path]) => {
  const get = (headers: Record<string, string>) =>
    fetch(`http://127.0.0.1:${environment[port]}${path}`, { headers })
  expect((await get({})).status).toBe(401)
  expect((await get({ authorization: 'Bearer another-of-length' })).status).toBe(401)
  expect((await get({ authorization: `Bearer ${operatorToken}` })).status).toBe(200)
})
