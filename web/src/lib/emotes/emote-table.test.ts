import { describe, expect, test } from 'vitest'
import type { ListedEmote } from '@chat-battle/contracts/rest/routes/list-emotes'
import { readView, rowsOf, searchOf, sortedBy, unusedOf, type EmoteTableView } from './emote-table.ts'

function emote(name: string, given: Partial<ListedEmote> = {}): ListedEmote {
  const plain = { provider: '7tv', scope: 'channel', is_zero_width: false, is_animated: false } as const
  return { ...plain, id: name, name, url: `/${name}`, count: 0, last_used: null, ...given }
}

const emotes = [
  emote('Wave', { count: 5, last_used: 2000 }),
  emote('bird', { count: 9, last_used: 1000, provider: 'bttv' }),
  emote('Ant'),
  emote('ant', { provider: 'ffz' }),
  emote('Everywhere', { scope: 'global', count: 3, last_used: 500 }),
]
const view = (search = '') => readView(new URLSearchParams(search))
const names = (search: string) => rowsOf(emotes, view(search)).map(({ name }) => name)

describe('the rows', () => {
  test('begin with the unused emotes of the channel, by name', () => {
    expect(names('')).toEqual(['Ant', 'ant', 'bird', 'Wave'])
    expect(unusedOf(rowsOf(emotes, view()))).toBe(2)
  })

  test.each([
    ['sort=-last_used', ['Wave', 'bird', 'Ant', 'ant']],
    ['sort=count', ['Ant', 'ant', 'Wave', 'bird']],
    ['sort=-count', ['bird', 'Wave', 'Ant', 'ant']],
    ['sort=name', ['Ant', 'ant', 'bird', 'Wave']],
    ['sort=-name', ['Wave', 'bird', 'ant', 'Ant']],
    ['sort=provider', ['Ant', 'Wave', 'bird', 'ant']],
    ['provider=bttv', ['bird']],
    ['scope=global', ['Everywhere']],
    ['scope=global&provider=ffz', []],
  ])('of %s', (search, expected) => {
    expect(names(search)).toEqual(expected)
  })
})

test('unknown values of an address count as missing', () => {
  expect(view('scope=none&provider=twitch&sort=-nothing')).toEqual(view())
})

test.each<Partial<EmoteTableView>>([
  {},
  { scope: 'seen' },
  { provider: 'bttv', sort: 'name' },
  { isDescending: true },
  { scope: 'global', provider: '7tv', sort: 'count', isDescending: true },
])('the address holds %o', (given) => {
  const wanted = { ...view(), ...given }
  expect(view(searchOf(wanted).slice(1))).toEqual(wanted)
})

test('a column is sorted by what is looked for in it, and turned round by another click', () => {
  const byCount = sortedBy(view(), 'count')
  expect(byCount).toMatchObject({ sort: 'count', isDescending: true })
  expect(sortedBy(byCount, 'count')).toMatchObject({ sort: 'count', isDescending: false })
  expect(sortedBy(byCount, 'name')).toMatchObject({ sort: 'name', isDescending: false })
})
