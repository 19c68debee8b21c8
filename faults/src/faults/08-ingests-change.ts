import { until } from '@chat-battle/testkit/testing'
import type { Fault } from '../harness/define-fault.ts'
import { Listening } from '../judges/join-sampler.ts'
import { underLoad } from '../harness/under-load.ts'

const channels = Array.from({ length: 24 }, (_, index) => `shared_${index}`)
const sessionMs = 6000
const joinMs = 500
const rounds = 3
const names = ['ingest', 'ingest-2']

export const ingestsChange: Fault = {
  rows: [{ id: 8, name: 'one of two ingests killed, one added' }],
  hasShortForm: false,
  run(context) {
    return underLoad(
      context,
      { name: 'fault-8', channels, linesPerSecond: 500, hasGaps: true },
      async ({ installation, watcher }) => {
        const { twitch } = installation
        const problems: string[] = []
        const notes: string[] = []
        using listening = new Listening(twitch, channels)
        const isDivided = () =>
          channels.every(
            (login) => twitch.connections().filter(({ joined }) => joined.has(login)).length === 1,
          )
        let recoveredInS = 0
        for (let round = 0; round < rounds; round++) {
          const [older = '', newer = ''] = round % 2 === 0 ? names : names.toReversed()
          listening.forget()
          await installation.start('ingest', newer)
          await until(
            () => isDivided() && twitch.connections().length === 2,
            'the channels are divided',
            60_000,
          )
          for (const [login, ms] of listening.longestMs)
            problems.push(`${login} was unheard for ${ms} ms when one was added`)

          const killedAtMs = Date.now()
          await installation.process(older).kill()
          await until(isDivided, 'the channels of the dead one are taken over', 60_000)
          recoveredInS = Math.max(recoveredInS, await watcher.recovered(killedAtMs))
          const moved = listening.longestMs.size
          const longestMs = Math.max(0, ...listening.longestMs.values())
          const allowedMs = sessionMs + joinMs * moved
          notes.push(`${moved} channels moved, unheard for ${(longestMs / 1000).toFixed(1)} s`)
          if (longestMs > allowedMs)
            problems.push(`unheard for ${longestMs} ms, allowed are ${allowedMs} for ${moved} channels`)
        }
        return { times: rounds, recoveredInS, notes, problems }
      },
    )
  },
}
