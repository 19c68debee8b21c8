import { expect, test } from 'vitest'
import { emoteSetKey, type EmoteSetHead, type SetEmote } from '@chat-battle/contracts/records/emote-set'
import { EmoteSets } from './emote-sets.ts'
import { emoteFixture, setFixture } from './emote-sets.fixture.ts'

const [duck, cat] = [emoteFixture({ id: 'duck' }), emoteFixture({ id: 'cat' })]

function apply(sets: EmoteSets, emotes: SetEmote[], given: Partial<EmoteSetHead> = {}): void {
  for (const record of setFixture(emotes, given)) sets.apply(record, 1)
}

test('finds an emote by provider and id once its set is whole', () => {
  const sets = new EmoteSets()
  const [part, head] = setFixture([duck])
  sets.apply(part, 1)
  expect(sets.find('7tv', 'duck')).toBeUndefined()
  sets.apply(head, 2)
  expect(sets.find('7tv', 'duck')).toEqual(duck)
  expect(sets.find('bttv', 'duck')).toBeUndefined()
})

test('forgets an emote that left its set, unless another set has it', () => {
  const sets = new EmoteSets()
  apply(sets, [duck, cat])
  apply(sets, [cat], { channel_id: null })
  apply(sets, [])
  expect(sets.find('7tv', 'duck')).toBeUndefined()
  expect(sets.find('7tv', 'cat')).toEqual(cat)
})

test('keeps an emote that stays in a changed set', () => {
  const sets = new EmoteSets()
  apply(sets, [duck])
  apply(sets, [duck, cat])
  apply(sets, [duck])
  expect(sets.find('7tv', 'duck')).toEqual(duck)
  expect(sets.find('7tv', 'cat')).toBeUndefined()
})

test('keeps everything on a refresh without a change', () => {
  const sets = new EmoteSets()
  apply(sets, [duck])
  sets.apply(setFixture([duck], { fetched_at: 2000 })[1], 2)
  expect(sets.find('7tv', 'duck')).toEqual(duck)
  expect(sets.ofChannel('7')).toMatchObject([{ head: { fetched_at: 2000 }, emotes: [duck] }])
})

test('forgets a set whose head was deleted', () => {
  const sets = new EmoteSets()
  apply(sets, [duck])
  sets.forget(emoteSetKey({ channel_id: '7', provider: '7tv' }))
  expect(sets.find('7tv', 'duck')).toBeUndefined()
  expect(sets.ofChannel('7')).toEqual([])
})

test('gives a channel its own sets, one per provider, and not those of every channel', () => {
  const sets = new EmoteSets()
  apply(sets, [duck])
  apply(sets, [cat], { provider: 'ffz' })
  apply(sets, [cat], { channel_id: null })
  const providers = (id: string | null) => sets.ofChannel(id).map(({ head }) => head.provider)
  expect(providers('7')).toEqual(['7tv', 'ffz'])
  expect(providers(null)).toEqual(['7tv'])
  expect(providers('8')).toEqual([])
})

test('drops sets of channels that are not joined first when there are too many emotes', () => {
  const sets = new EmoteSets((id) => id === '7', 2)
  apply(sets, [duck])
  apply(sets, [cat], { channel_id: '8' })
  apply(sets, [emoteFixture({ id: 'fox' })], { channel_id: '9' })
  expect(sets.emoteCount).toBeLessThanOrEqual(2)
  expect(sets.find('7tv', 'duck')).toEqual(duck)
  expect(sets.find('7tv', 'cat')).toBeUndefined()
})
