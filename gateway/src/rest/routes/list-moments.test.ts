import { expect, test } from 'vitest'
import { splitMoment } from '@chat-battle/contracts/archive/moment-row'
import { MomentView } from '../../current/moment-view.ts'
import { momentFixture } from '../../current/moment.fixture.ts'
import { SeenTwitchEmotes } from '../../emotes/seen-twitch-emotes.ts'
import { RequestRefused } from '../../refusal.ts'
import { startRest } from '../rest.fixture.ts'

const hourMs = 3_600_000
const nowMs = Date.now()

const away = {
  page: () => Promise.reject(new RequestRefused('archive_unavailable', 'the archive does not answer')),
}

async function listed(from: number, to: number, given: Parameters<typeof startRest>[0] = {}) {
  const moments = new MomentView()
  moments.apply(momentFixture(nowMs - hourMs))
  const { send } = await startRest({ moments, ...given })
  const { status, text } = await send('GET', `/api/channels/1001/moments?from=${from}&to=${to}`)
  return { status, body: JSON.parse(text) as { moments: object[]; error: { kind: string } } }
}

test('lists what is in memory while the archive is away, without the sources of the texts', async () => {
  const { status, body } = await listed(nowMs - 2 * hourMs, nowMs, { archive: away })
  expect(status).toBe(200)
  const { sample_sources: _, leading_sources: __, ...shown } = momentFixture(nowMs - hourMs)
  expect(body).toEqual({ moments: [shown] })
})

test('knows the emotes that lead moments, so that their pictures can be requested', async () => {
  const moments = new MomentView()
  const moment = momentFixture(nowMs - hourMs)
  const emote = { id: '25', name: 'Kappa', provider: 'twitch' as const }
  moments.apply({ ...moment, leading: { ...moment.leading, kind: 'emote', emote } })
  const twitchEmotes = new SeenTwitchEmotes()
  await listed(nowMs - 2 * hourMs, nowMs, { archive: away, moments, twitchEmotes })
  expect(twitchEmotes.has('25')).toBe(true)
})

test('refuses a range that memory does not cover while the archive is away', async () => {
  const { status, body } = await listed(nowMs - 48 * hourMs, nowMs, { archive: away })
  expect([status, body.error.kind]).toEqual([503, 'archive_unavailable'])
})

test.each([
  ['of no time', 5000, 5000],
  ['of more than 90 days', 0, 90 * 24 * hourMs + 1],
])('refuses a range %s', async (_, from, to) => {
  const { status, body } = await listed(from, to)
  expect([status, body.error.kind]).toEqual([400, 'range_not_served'])
})

test.each([
  [1000, 200],
  [1001, 400],
])('answers %i moments with status %i', async (count, status) => {
  const rows = Array.from({ length: count }, (_, index) => {
    const { figures } = splitMoment(momentFixture(index))
    return { figures, texts: null }
  })
  const archive = {
    page: (_query: string, _values: readonly unknown[], { pageState = '0' }) => {
      const next = Number(pageState) + 200
      return Promise.resolve({
        rows: rows.slice(next - 200, next),
        pageState: next < count ? String(next) : undefined,
      })
    },
  }
  const answer = await listed(0, 5000, { archive })
  expect(answer.status).toBe(status)
  if (status === 200) expect(answer.body.moments).toHaveLength(count)
})

test('refuses times that are no times', async () => {
  const { send } = await startRest()
  for (const query of ['', '?from=1', '?from=-1&to=5', '?from=a&to=5'])
    expect((await send('GET', `/api/channels/1001/moments${query}`)).status).toBe(400)
})
