import { describe, expect, test } from 'vitest'
import { EmoteSetAssembly } from './emote-set-assembly.ts'
import { emoteSetRecord, type EmoteSetHead, type EmoteSetPart } from './emote-set.ts'

function head(change: Partial<EmoteSetHead> = {}): EmoteSetHead {
  const fields = { channel_id: '7', provider: 'ffz', content: 'one', fetched_at: 1, parts: 1, emote_count: 1 }
  const lists = { modifiers: [], bot_logins: [], bot_user_ids: [] }
  return emoteSetRecord.parse({ type: 'head', ...fields, ...lists, ...change }) as EmoteSetHead
}

function part(names: string[], change: Partial<EmoteSetPart> = {}): EmoteSetPart {
  const emotes = names.map((name) => ({
    id: `id-${name}`,
    name,
    is_zero_width: false,
    is_animated: false,
    folder: 'emote/1',
    files: {},
    still_files: {},
  }))
  const fields = { channel_id: '7', provider: 'ffz', content: 'one', part: 0, emotes }
  return emoteSetRecord.parse({ type: 'part', ...fields, ...change }) as EmoteSetPart
}

function assembly({ maxEmotes = 100, needed = [] as string[] } = {}) {
  return new EmoteSetAssembly<string>({
    keep: ({ name }) => name,
    maxEmotes,
    isNeeded: ({ channel_id }) => needed.includes(String(channel_id)),
  })
}

const key = '7:ffz'
const names = (sets: EmoteSetAssembly<string>, of = key) => sets.sets.get(of)?.emotes

describe('an assembly', () => {
  test.for([
    [0, 1, 2],
    [2, 0, 1],
    [1, 2, 0],
  ])('makes a set once head and parts are read, in the order %s', (order) => {
    const records = [head({ parts: 2 }), part(['a']), part(['b'], { part: 1 })]
    const sets = assembly()
    const changes = order.map((index) => sets.take(records[index] as EmoteSetHead, 5))
    expect(changes).toEqual([[], [], [key]])
    expect(names(sets)).toEqual(['a', 'b'])
    expect(sets.emoteCount).toBe(2)
  })

  test('keeps the set as it was while a part of the newer head is missing', () => {
    const sets = assembly()
    for (const record of [part(['a']), head()]) sets.take(record, 5)
    expect(sets.take(head({ content: 'two', parts: 2, fetched_at: 2 }), 6)).toEqual([])
    expect(sets.take(part(['b'], { content: 'two' }), 6)).toEqual([])
    expect(names(sets)).toEqual(['a'])
    expect(sets.take(part(['c'], { content: 'two', part: 1 }), 6)).toEqual([key])
    expect(names(sets)).toEqual(['b', 'c'])
    expect(sets.emoteCount).toBe(2)
  })

  test('keeps the set when the parts of older content are deleted', () => {
    const sets = assembly()
    for (const record of [part(['a']), head(), part(['b'], { content: 'two' }), head({ content: 'two' })])
      sets.take(record, 5)
    expect(sets.forget('7:ffz:one:0')).toEqual([])
    expect(names(sets)).toEqual(['b'])
  })

  test('takes over the time of a head of the same content', () => {
    const sets = assembly()
    for (const record of [part(['a']), head()]) sets.take(record, 5)
    expect(sets.take(head({ fetched_at: 9 }), 6)).toEqual([key])
    expect(sets.sets.get(key)).toMatchObject({ head: { fetched_at: 9 }, emotes: ['a'] })
  })

  test('drops a set whose head was deleted', () => {
    const sets = assembly()
    for (const record of [part(['a']), head()]) sets.take(record, 5)
    expect(sets.forget(key)).toEqual([key])
    expect(sets.sets.size).toBe(0)
    expect(sets.emoteCount).toBe(0)
  })

  test('reports content as stored only with its head and all its parts', () => {
    const sets = assembly()
    expect(sets.isStored(head())).toBe(false)
    sets.take(part(['a']), 5)
    expect(sets.isStored(head())).toBe(false)
    sets.take(head(), 5)
    expect(sets.isStored(head())).toBe(true)
    sets.forget('7:ffz:one:0')
    expect(sets.isStored(head())).toBe(false)
  })

  test('lists old parts that no head names', () => {
    const sets = assembly()
    for (const record of [part(['a']), head(), part(['b'], { content: 'two' })]) sets.take(record, 5)
    expect(sets.orphans(5)).toEqual([])
    expect(sets.orphans(6)).toEqual(['7:ffz:two:0'])
  })

  test('drops parts without a head, then sets that are not needed, to keep its limit', () => {
    const sets = assembly({ maxEmotes: 3, needed: ['7'] })
    for (const record of [part(['a', 'b']), head()]) sets.take(record, 5)
    const other = { channel_id: '8' }
    sets.take(part(['x'], { channel_id: '9' }), 5)
    sets.take(part(['c'], other), 5)
    expect(sets.take(head({ channel_id: '9' }), 5)).toEqual([])
    expect(sets.take(head(other), 5)).toEqual(['8:ffz'])
    expect(sets.emoteCount).toBe(3)
    expect(sets.take(part(['d'], { content: 'two' }), 5)).toEqual(['8:ffz'])
    expect(sets.take(head({ content: 'two' }), 5)).toEqual([key])
    expect([...sets.sets.keys()]).toEqual([key])
  })
})
