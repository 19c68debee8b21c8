import { once } from 'node:events'
import { positiveNumber, runCommand, UserError } from '@chat-battle/runtime/process/command-line'
import { controlDoor } from './control.ts'
import { simulatedSets } from './emotes/emote-sets.ts'
import { admitDemo, simulateStreams } from './helix/simulated-streams.ts'
import { playRecording, playSimulation } from './play.ts'
import { channelsOf, readRecording } from './replay.ts'
import { simulatedChannels } from './simulated-channels.ts'
import { startTwitch, type TwitchServer } from './server.ts'

const usage = `Stands in for Twitch's chat. Point ingest at it with TWITCH_IRC_URL.

  pnpm twitch [options]

  --port N          port to listen on (3002)
  --host ADDRESS    address to listen on (127.0.0.1)
  --simulate        play simulated chat; no other channel exists   --seed N (1)  --rate X (1)
  --history MIN     begin the simulated chat so many minutes ago: its past is sent within seconds
  --replay FILE     play a recording when all its channels are joined   --speed X (1)
Without --simulate and --replay it sends no chat.`

const options = {
  port: { type: 'string', default: '3002' },
  host: { type: 'string', default: '127.0.0.1' },
  simulate: { type: 'boolean', default: false },
  history: { type: 'string' },
  replay: { type: 'string' },
  seed: { type: 'string', default: '1' },
  rate: { type: 'string', default: '1' },
  speed: { type: 'string', default: '1' },
} as const

/** The stand-in ended before the history did. */
function ignoreAbort(error: unknown): void {
  if ((error as Error).name !== 'AbortError') throw error
}

await runCommand({ usage, options }, async ({ values }) => {
  const number = (name: 'port' | 'seed' | 'rate' | 'speed') => positiveNumber(name, values[name])
  const [port, seed, rate, speed] = [number('port'), number('seed'), number('rate'), number('speed')]
  const historyMs = values.history === undefined ? 0 : positiveNumber('history', values.history) * 60_000
  const recorded =
    values.replay === undefined
      ? undefined
      : await readRecording(values.replay).catch((error: Error) => {
          throw new UserError(error.message)
        })
  // A recording may have any channels.
  const isOnlySimulated = values.simulate && recorded === undefined
  await using server: TwitchServer = await startTwitch({
    port,
    host: values.host,
    ...(isOnlySimulated && { isKnown: (login: string) => simulatedChannels.includes(login) }),
    onRequest: controlDoor(() => server),
  })
  admitDemo(server)
  const ended = new AbortController()
  for (const event of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.once(event, () => ended.abort())
  const { signal } = ended
  console.log(`the stand-in for Twitch listens at ${server.url}`)
  if (values.simulate) {
    server.emotes.addSets(simulatedSets((login) => server.roomId(login)))
    let playedMs = Date.now() - historyMs
    const onPlayed = (untilMs: number) => (playedMs = untilMs)
    simulateStreams(server, () => playedMs)
    void playSimulation(server, { seed, rate, historyMs, onPlayed, signal }).catch(ignoreAbort)
  }
  if (recorded !== undefined) {
    console.log(`waiting until these channels are joined: ${channelsOf(recorded).join(', ')}`)
    const sent = await playRecording(server, recorded, { speed, signal }).catch(() => undefined)
    if (sent !== undefined) console.log(`played ${sent.length} lines`)
  }
  if (!signal.aborted) await once(signal, 'abort')
  return 0
})
