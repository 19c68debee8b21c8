import { expect, test } from 'vitest'
import type { ChannelStatus } from '@chat-battle/contracts/records/channel-status'
import { windowMs } from '@chat-battle/contracts/window'
import { silentCoverage } from './silent-coverage.ts'
import { statusFixture } from './status.fixture.ts'

const start = 5 * windowMs
const at = (s: number) => start + s * 1000
const range = (from: number, to: number) => ({ from: at(from), to: at(to) })
const gap = (from: number, to: number) => ({ ...range(from, to), reason: 'ingest_down' })

test.each<[string, Partial<ChannelStatus>, number, ReturnType<typeof range>[]]>([
  ['from the start of the window, where it was joined before', { since: at(-90) }, 200, [range(0, 200)]],
  ['from its join, where that was in the window', { since: at(30) }, 200, [range(30, 200)]],
  ['to the end of the window at most', { since: at(30) }, 900, [range(30, 600)]],
  ['nothing before its join', { since: at(300) }, 200, []],
  ['nothing while it is joined again', { since: at(-90), state: 'reconnecting' }, 200, []],
  ['nothing where it was left', { since: at(-90), state: 'parted' }, 200, []],
  [
    'nothing of gaps, also of those that overlap or reach over an edge',
    { since: at(-90), gaps: [gap(-50, 10), gap(40, 60), gap(50, 70), gap(190, 250), gap(-90, -60)] },
    200,
    [range(10, 40), range(70, 190)],
  ],
  ['nothing, where a gap is as long', { since: at(-90), gaps: [gap(-10, 700)] }, 200, []],
  [
    'by the time of Twitch, where that is known to be another',
    { since: at(330), gaps: [gap(400, 410)], clock_skew_ms: -300_000 },
    200,
    [range(30, 100), range(110, 200)],
  ],
])('of a channel without frames is covered %s', (_, given, nowS, covered) => {
  expect(silentCoverage(statusFixture(given), start, at(nowS))).toEqual(covered)
})

test('rounds coverage to whole milliseconds', () => {
  expect(silentCoverage(statusFixture({ since: 1 }), start, at(1) + 0.7)).toEqual([range(0, 1)])
})
