import { expect, test } from 'vitest'
import type { ChatMessage } from '@chat-battle/contracts/records/chat-event'
import { OptOuts } from '@chat-battle/runtime/kafka/opt-outs'
import { requestedOptOut } from '@chat-battle/runtime/process/opt-out-request'
import { PersonHash } from '@chat-battle/runtime/process/person-hash'
import * as chatEvents from '@chat-battle/statistics/chat-events.fixture'
import { PrivacyFilter } from './privacy-filter.ts'

const message = (given: Partial<ChatMessage>) =>
  chatEvents.message(0, { message_id: 'm1', message: '', ...given })

const hash = new PersonHash(['1'.repeat(32)])

function createFilter(command: string | undefined = '!optout') {
  const optOuts = new OptOuts(hash)
  const requests: ChatMessage[] = []
  const optOut = (userId: string, ...names: string[]) =>
    optOuts.set(...requestedOptOut(hash, { userId, names }, 'operator', 1))
  const filter = new PrivacyFilter({ optOuts, command, onRequest: (request) => requests.push(request) })
  return { filter, requests, optOut }
}

test.each(['!optout', ' !OptOut ', '!optout \u{E0000}'])(
  'takes %j for a request, and does not store it',
  (text) => {
    const { filter, requests } = createFilter()
    const request = message({ message: text })
    expect(filter.apply(request)).toBeUndefined()
    expect(requests).toEqual([request])
  },
)

test.each(['!optout now', 'say !optout', '!optou', '!optout'.repeat(3)])('stores %j', (text) => {
  const { filter, requests } = createFilter()
  const event = message({ message: text })
  expect(filter.apply(event)).toBe(event)
  expect(requests).toEqual([])
})

test('without a command every message is stored', () => {
  const { filter } = createFilter('')
  const none = new PrivacyFilter({
    optOuts: new OptOuts(hash),
    command: undefined,
    onRequest: () => expect.unreachable(),
  })
  const event = message({ message: '!optout' })
  expect(none.apply(event)).toBe(event)
  expect(filter.apply(event)).toBe(event)
})

test('a repeated request is not stored, and requests nothing', () => {
  const { filter, requests, optOut } = createFilter()
  optOut('7', 'seven')
  expect(filter.apply(message({ message: '!optout' }))).toBeUndefined()
  expect(requests).toEqual([])
})

test('a person who opted out is replaced by the keyed hash', () => {
  const { filter, optOut } = createFilter()
  optOut('7', 'seven')
  expect(filter.apply(message({ message: 'hello' }))).toMatchObject({
    user_id: hash.anonymousId('7'),
    username: '',
    message: '',
    is_anonymous: true,
  })
  expect(filter.apply(message({ user_id: '8', message: 'hi @Seven' }))).toMatchObject({
    user_id: '8',
    message: 'hi @…',
  })
})
