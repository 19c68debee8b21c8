import { until } from '@chat-battle/testkit/testing'
import { defineFault } from '../harness/define-fault.ts'
import { inSeconds } from '../harness/format.ts'
import { JoinSampler } from '../installation/twitch-joins.ts'

const channels = Array.from({ length: 24 }, (_, index) => `shared_${index}`)
const sessionMs = 6000
/** Twitch admits 20 JOINs per 10 s. */
const joinMs = 500
const rounds = 3
const names = ['ingest', 'ingest-2']
const dividedWithinMs = 60_000

export const ingestsChange = defineFault({
  id: 8,
  name: 'one of two ingests killed, one added',
  load: { name: 'fault-8', channels, linesPerSecond: 500, hasGaps: true },
  async make({ installation, watcher }) {
    const { twitch } = installation
    const problems: string[] = []
    const notes: string[] = []
    using joins = new JoinSampler(twitch, channels)
    const isDivided = () =>
      channels.every((login) => twitch.connections().filter(({ joined }) => joined.has(login)).length === 1)
    let recoveredInS = 0
    for (let round = 0; round < rounds; round++) {
      const [older = '', newer = ''] = round % 2 === 0 ? names : names.toReversed()
      joins.reset()
      await installation.start('ingest', newer)
      const isShared = () => isDivided() && twitch.connections().length === 2
      await until(isShared, 'two ingests share the channels', dividedWithinMs)
      problems.push(...joins.problems(' when an ingest was added'))

      const killedAtMs = Date.now()
      await installation.process(older).kill()
      await until(isDivided, 'the other ingest has joined the channels', dividedWithinMs)
      recoveredInS = Math.max(recoveredInS, await watcher.recovered(killedAtMs))
      const moved = joins.longestMs.size
      const longestMs = Math.max(0, ...joins.longestMs.values())
      const allowedMs = sessionMs + joinMs * moved
      notes.push(`${moved} channels moved, not joined for ${inSeconds(longestMs)}`)
      if (longestMs > allowedMs)
        problems.push(`not joined for ${longestMs} ms, allowed: ${allowedMs} for ${moved} channels`)
    }
    return { times: rounds, recoveredInS, notes, problems }
  },
})
