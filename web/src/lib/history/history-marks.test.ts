import { expect, test } from 'vitest'
import { noLeading, type Moment } from '@chat-battle/contracts/records/moment'
import type { HistoryEvent } from '@chat-battle/contracts/rest/routes/get-history'
import { marksOf, type MarkWords } from './history-marks.ts'

const words: MarkWords = {
  moment: (leading) => leading ?? 'mixed',
  subs: (count) => `${count} subs`,
  gifts: (count) => `${count} gifts`,
  raid: (viewers) => `raid of ${viewers}`,
  kind: (kind) => kind,
}
const event = (at: number, kind: string, amount: number | null = null, text: string | null = null) =>
  ({ at, kind, amount, text }) satisfies HistoryEvent
const moment = (start: number, text = ''): Moment => ({
  channel_id: '1',
  channel_login: 'arena',
  start,
  peak: start,
  end: null,
  revision: 1,
  kind: 'chat',
  times_baseline: 5,
  message_count: 9,
  people: 7,
  leading: text === '' ? noLeading : { ...noLeading, kind: 'phrase', text },
  samples: [],
  mood: null,
})
const labels = (events: HistoryEvent[], groupMs = 100, moments: Moment[] = []) =>
  marksOf('arena', { moments, events }, words, groupMs).map(({ at, kind, label }) => [at, kind, label])

test('moments and events are marks by time', () => {
  expect(
    labels([event(5, 'raid', 250), event(50, 'title', null, 'New title')], 100, [
      moment(20, 'clutch'),
      moment(1),
    ]),
  ).toEqual([
    [1, 'moment', 'mixed'],
    [5, 'raid', 'raid of 250'],
    [20, 'moment', 'clutch'],
    [50, 'title', 'title'],
  ])
})

test('subscriptions close to each other are one mark, without the sentence of the first', () => {
  const events = [
    event(0, 'sub', 1, 'a'),
    event(60, 'resub', 3, 'b'),
    event(99, 'subgift'),
    event(100, 'sub', 1, 'c'),
  ]
  expect(labels(events)).toEqual([
    [0, 'sub', '3 subs'],
    [100, 'sub', '1 subs'],
  ])
  expect(marksOf('arena', { moments: [], events }, words, 100).map(({ text }) => text)).toEqual([
    undefined,
    'c',
  ])
})

test('the gifts of a gift bomb count once', () => {
  const events = [
    event(0, 'submysterygift', 2),
    event(10, 'subgift'),
    event(20, 'subgift'),
    event(30, 'subgift'),
    event(90_000, 'subgift'),
  ]
  expect(labels(events, 1000)).toEqual([
    [0, 'gift', '2 gifts'],
    [30, 'sub', '1 subs'],
    [90_000, 'sub', '1 subs'],
  ])
})

test('an unknown kind has a mark, too', () => {
  expect(labels([event(3, 'watchstreak')])).toEqual([[3, 'other', 'watchstreak']])
})
