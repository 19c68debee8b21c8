import { parseArgs } from 'node:util'
import { controlDoor } from './control.ts'
import { playRecording, playSimulation } from './play.ts'
import { channelsOf, readRecording } from './replay.ts'
import { startTwitch, type TwitchServer } from './server.ts'

const usage = `A stand-in for Twitch's chat. Point ingest at it by TWITCH_IRC_URL.

  --port N          where to listen (3002)
  --host ADDRESS    on which address (127.0.0.1)
  --simulate        play simulated chat            --seed N (1)  --rate X (1)
  --replay FILE     play a recording, as soon as all its channels are joined   --speed X (1)
Without --simulate and --replay it is silent.`

function fail(message: string): never {
  console.error(`${message}\n\n${usage}`)
  process.exit(1)
}

function options() {
  try {
    return parseArgs({
      options: {
        port: { type: 'string', default: '3002' },
        host: { type: 'string', default: '127.0.0.1' },
        simulate: { type: 'boolean', default: false },
        replay: { type: 'string' },
        seed: { type: 'string', default: '1' },
        rate: { type: 'string', default: '1' },
        speed: { type: 'string', default: '1' },
        help: { type: 'boolean', default: false },
      },
    }).values
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error))
  }
}

const given = options()
if (given.help) {
  console.log(usage)
  process.exit(0)
}
const number = (name: 'port' | 'seed' | 'rate' | 'speed') => {
  const value = Number(given[name])
  return value > 0 ? value : fail(`--${name} ${given[name]}: expected a number above zero`)
}
const ended = new AbortController()
const server: TwitchServer = await startTwitch({
  port: number('port'),
  host: given.host,
  onRequest: controlDoor(() => server),
})
for (const event of ['SIGTERM', 'SIGINT', 'disconnect'] as const) {
  process.once(event, () => {
    ended.abort()
    void server[Symbol.asyncDispose]().then(() => process.exit(0))
  })
}
console.log(`a stand-in for Twitch listens at ${server.url}`)
if (given.simulate)
  void playSimulation(server, { seed: number('seed'), rate: number('rate'), signal: ended.signal })
if (given.replay !== undefined) {
  const recorded = await readRecording(given.replay).catch((error: Error) => fail(error.message))
  console.log(`waiting until these are joined: ${channelsOf(recorded).join(', ')}`)
  const sent = await playRecording(server, recorded, { speed: number('speed'), signal: ended.signal })
  console.log(`played ${sent.length} lines`)
}
