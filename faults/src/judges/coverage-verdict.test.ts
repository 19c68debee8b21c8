import { expect, test } from 'vitest'
import { emptyStats } from '@chat-battle/contracts/records/empty-stats'
import { windowStart } from '@chat-battle/contracts/window'
import type { SentLine } from '../load/traffic.ts'
import { judgeCoverage } from './coverage-verdict.ts'

const startMs = windowStart(1_700_000_000_000)
const s = 1000

function sent(atMs: number, login = 'arena'): SentLine {
  return {
    login,
    line: `@id=x;tmi-sent-ts=${startMs + atMs} :a PRIVMSG #arena :hi`,
    sentAtMs: startMs + atMs,
  }
}

/** Coverage from 10 s to 60 s and from 100 s to 200 s, with a gap between, and received lines at both ends. */
function judge(given: { missing?: SentLine[]; received?: SentLine[] }): Promise<string[]> {
  const range = (from: number, to: number) => ({ from: startMs + from * s, to: startMs + to * s })
  const frame = { ...emptyStats('1001', 'arena', startMs), coverage: [range(10, 60), range(100, 200)] }
  return judgeCoverage({
    frames: [frame],
    gaps: new Map([['arena', [{ ...range(60, 100), reason: 'twitch_disconnected' }]]]),
    missing: given.missing ?? [],
    received: [sent(20 * s), ...(given.received ?? []), sent(190 * s)],
    toleranceMs: 250,
  })
}

test('accepts received lines in covered time and missing lines in the gap', async () => {
  expect(await judge({ missing: [sent(80 * s)], received: [sent(150 * s)] })).toEqual([])
})

test('reports a missing line in covered time', async () => {
  const [problem] = await judge({ missing: [sent(30 * s)] })
  expect(problem).toContain('1 missing lines lie in covered time')
})

test('reports a received line outside covered time', async () => {
  const [problem] = await judge({ received: [sent(80 * s), sent(5 * s - 1)] })
  expect(problem).toContain('received lines lie in time that no window covers')
})

test('tolerates a received line within one tick before a gap', async () => {
  expect(await judge({ received: [sent(60 * s + 400)] })).toEqual([])
})

test('tolerates the last tick before the end', async () => {
  expect(await judge({ received: [sent(205 * s)] })).toEqual([])
})

test('ignores a line whose stamp the fault made up', async () => {
  const madeUp = { ...sent(30 * s), sentAtMs: startMs + 40 * s }
  expect(await judge({ missing: [madeUp] })).toEqual([])
})
