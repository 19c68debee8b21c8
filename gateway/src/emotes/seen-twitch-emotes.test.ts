import { expect, test } from 'vitest'
import { SeenTwitchEmotes } from './seen-twitch-emotes.ts'

test('knows the ids of Twitch that it saw, and none of another provider', () => {
  const seen = new SeenTwitchEmotes()
  const long = `emotesv2_${'0123456789abcdef'.repeat(2)}`
  seen.see([{ id: '25' }, { id: long, provider: 'twitch' }, { id: '26', provider: 'ffz' }])
  expect(['25', long, '26', '27'].map((id) => seen.has(id))).toEqual([true, true, false, false])
})

test.each(['../25', '25/1', 'emotesv2_XYZ', '', '1'.repeat(21), '25?x', 'emotesv2_', '%2e'])(
  'knows no id that Twitch does not give: %s',
  (id) => {
    const seen = new SeenTwitchEmotes()
    seen.see([{ id }])
    expect(seen.has(id)).toBe(false)
  },
)

test('keeps the ids that were seen last', () => {
  const seen = new SeenTwitchEmotes(2)
  seen.see([{ id: '1' }, { id: '2' }, { id: '1' }, { id: '3' }])
  expect(['1', '2', '3'].map((id) => seen.has(id))).toEqual([true, false, true])
})
