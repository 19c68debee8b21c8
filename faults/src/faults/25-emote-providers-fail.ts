import { until } from '@chat-battle/testkit/testing'
import type { Mode } from '@chat-battle/twitch-stub/emotes/failures'
import { privmsg } from '@chat-battle/twitch-stub/irc-text'
import { startTwitch, type TwitchServer } from '@chat-battle/twitch-stub/server'
import { defineFault, type FaultRun } from '../harness/define-fault.ts'
import { isJoined } from '../installation/twitch-joins.ts'

const channels = ['emotes_a', 'emotes_b', 'emotes_c']
const providers = ['7tv', 'bttv', 'ffz'] as const
const modes: readonly Mode[] = ['offline', '500', 'hanging', 'garbage']
const emotesPerSet = 20
const linesPerRound = 60
/** Enough that the providers' emotes are the most used ones. */
const wordsPerLine = 20
const namesPerSet = 2
const knownWithinMs = 30_000
const joinedWithinMs = 60_000

/** A stand-in for the providers that has its sets before the installation starts. */
async function startProviders(resources: AsyncDisposableStack): Promise<TwitchServer> {
  const server = resources.use(await startTwitch())
  const { sets } = server.emotes
  for (const [at, provider] of providers.entries()) {
    for (const [room, set] of [...channels.map((login) => server.roomId(login)), 'global'].entries()) {
      // Every provider has the first emote, so that the order of providers counts.
      const names = Array.from(
        { length: emotesPerSet },
        (_, index) => `${index === 0 ? 'any' : provider}${set}Emote${'x'.repeat(index)}`,
      )
      const emotes = names.map((name, index) => ({ id: String(1000 * (10 * at + room) + index), name }))
      sets[provider].set(set, emotes)
    }
  }
  return server
}

/** Sends lines with emotes of each set to every channel, through the traffic, which judges them. */
function sayEmotes({ installation, traffic, prepared }: FaultRun<TwitchServer>, round: number): void {
  for (const login of channels) {
    const room = { id: prepared.roomId(login), login }
    const names = providers.flatMap((provider) =>
      [room.id, 'global'].flatMap(
        (set) =>
          prepared.emotes.sets[provider]
            .get(set)
            ?.slice(0, namesPerSet)
            .map(({ name }) => name) ?? [],
      ),
    )
    for (let line = 0; line < linesPerRound; line++) {
      const text = Array.from(
        { length: wordsPerLine },
        (_, word) => names[(line + word * round) % names.length],
      ).join(' ')
      const person = {
        id: String(500 + line),
        login: `fan${line}`,
        displayName: `Fan${line}`,
        isSubscriber: false,
        badges: '',
      }
      const id = `emotes-${login}-${round}-${line}`
      traffic.say(login, privmsg(room, person, { id, timestamp: Date.now(), text }))
    }
  }
  installation.logger.debug({ round }, 'lines with emotes sent')
}

export const emoteProvidersFail = defineFault({
  id: 25,
  name: 'emote providers fail, ingest killed meanwhile',
  prepare: (_context, resources) => startProviders(resources),
  load: ({ prepared }) => ({
    name: 'fault-25',
    channels,
    linesPerSecond: 100,
    hasGaps: true,
    env: prepared.emoteSettings,
  }),
  async make(run) {
    const { installation, watcher, prepared } = run
    // The judge counts by the same sets.
    installation.twitch.emotes.addSets(prepared.emotes.sets)
    const all = providers.length * (channels.length + 1) * emotesPerSet
    const areKnown = async () => (await installation.metric('ingest', 'ingest_emotes')) === all
    let recoveredInS = 0
    await until(areKnown, 'ingest knows every set', knownWithinMs)
    sayEmotes(run, 1)
    for (const [index, mode] of modes.entries()) {
      for (const provider of providers) prepared.emotes.setMode(`${provider}-api`, mode)
      const killedAtMs = Date.now()
      installation.process('ingest').signal('SIGKILL')
      await until(() => installation.twitch.connections().length === 0, 'the killed ingest is gone')
      await until(
        () => channels.every((login) => isJoined(installation.twitch, login)),
        'every channel is joined',
        joinedWithinMs,
      )
      recoveredInS = Math.max(recoveredInS, await watcher.recovered(killedAtMs))
      sayEmotes(run, index + 2)
    }
    const known = await installation.metric('ingest', 'ingest_emotes')
    return {
      times: modes.length,
      recoveredInS,
      expectedDeaths: { ingest: modes.length },
      notes: [`${known} emotes of the last good copies; providers ${modes.join(', ')}`],
      problems: known === all ? [] : [`ingest knows ${known} emotes, expected ${all}`],
    }
  },
  expect: (_run, { counted }) => {
    const most = [...counted.values()].flatMap((windows) =>
      [...windows.values()].flatMap(({ top_emotes }) => top_emotes),
    )
    const absent = providers.filter((provider) => !most.some((emote) => emote.provider === provider))
    return absent.map(
      (provider) => `no emote of ${provider} is among the most used: the load does not test it`,
    )
  },
})
