import { expect, test } from 'vitest'
import { onePerson } from '@chat-battle/contracts/records/anonymise'
import { emptyStats } from '@chat-battle/contracts/records/empty-stats'
import type { MomentRecord } from '@chat-battle/contracts/records/moment'
import type { WindowSummary } from '@chat-battle/contracts/records/window-summary'
import { momentWithout, peopleInStats, statsWithout, summaryWithout } from './without-people.ts'

const seven = onePerson('7', 'anon-7', ['seven'])
const eight = onePerson('8', 'anon-8', ['eight'])
const ranked = (user_id: string) => ({ user_id, username: `name of ${user_id}`, count: 3, bot: false })

test('statistics lose a person in every ranking, keep their counts, and get the next revision', () => {
  const stats = {
    ...emptyStats('1', 'arena', 0),
    revision: 9,
    message_count: 6,
    top_chatters: [ranked('7'), ranked('9')],
    most_replied_to: [ranked('7')],
  }
  expect(peopleInStats(stats)).toEqual(['7', '9'])
  const without = statsWithout(stats, seven)
  expect(without).toEqual({ ...stats, revision: 10, top_chatters: [ranked('9')], most_replied_to: [] })
  expect(statsWithout(stats, eight)).toBeUndefined()
})

test('a summary loses a person, and nothing else', () => {
  const people = {
    entries: [
      ['7', 'seven', 3, false],
      ['9', 'nine', 2, false],
    ],
    max_unlisted: 1,
    max_low: 0,
  }
  const summary = { revision: 4, people } as unknown as WindowSummary
  expect(summaryWithout(summary, seven)).toMatchObject({
    revision: 5,
    people: { entries: [['9', 'nine', 2, false]], max_unlisted: 1, max_low: 0 },
  })
  expect(summaryWithout(summary, eight)).toBeUndefined()
})

test('a moment loses the samples of a person and the mentions of them', () => {
  const moment: MomentRecord = {
    channel_id: '1',
    channel_login: 'arena',
    start: 0,
    peak: 0,
    end: 1,
    revision: 4,
    kind: 'chat',
    times_baseline: 3,
    message_count: 20,
    people: 12,
    leading: { kind: 'mixed', text: '', emote: null, people: 0, share: 0 },
    samples: ['mine', 'yours @Seven', 'other'],
    sample_sources: ['7', '8', '9'].map((user_id) => ({ message_id: `m${user_id}`, user_id })),
    leading_sources: [],
    mood: null,
  }
  expect(momentWithout(moment, seven)).toEqual({
    ...moment,
    revision: 5,
    samples: ['yours @…', 'other'],
    sample_sources: moment.sample_sources.slice(1),
  })
  expect(momentWithout(moment, onePerson('5', 'anon-5', ['five']))).toBeUndefined()
})
