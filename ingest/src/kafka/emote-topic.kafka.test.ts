import { afterAll, beforeAll, expect, test } from 'vitest'
import { emoteSetKey, setProviders, type SetOwner } from '@chat-battle/contracts/records/emote-set'
import { emoteSetsTopic } from '@chat-battle/contracts/records/topics'
import { prefixed } from '@chat-battle/runtime/kafka/client'
import { readWholeTopic, type TopicReader } from '@chat-battle/runtime/kafka/topic-reader'
import { testInstallation, until } from '@chat-battle/testkit/testing'
import { emptySet, type ProviderSet } from '../emotes/providers/answer.ts'
import { openEmoteTopic, type EmoteTopic } from './emote-topic.ts'

const dayMs = 24 * 60 * 60_000
let installation: Awaited<ReturnType<typeof testInstallation>>
let reader: TopicReader
/** The keys of the topic's live records. */
const keys = new Set<string>()

beforeAll(async () => {
  installation = await testInstallation()
  const { kafka, settings, logger } = installation
  reader = await readWholeTopic(kafka, prefixed(settings, emoteSetsTopic.name), logger, ({ key, value }) => {
    if (value === null) keys.delete(key)
    else keys.add(key)
  })
})
afterAll(async () => {
  await reader[Symbol.asyncDispose]()
  await installation[Symbol.asyncDispose]()
})

async function open(changed: (string | null)[] = []): Promise<EmoteTopic> {
  const { kafka, settings, logger, deadLetters } = installation
  return openEmoteTopic(kafka, {
    settings,
    logger,
    deadLetters,
    providers: new Set(setProviders),
    isNeeded: () => false,
    onChanged: (channelId) => changed.push(channelId),
  })
}

function setOf(...names: string[]): ProviderSet {
  const emotes = names.map((name) => ({
    id: '1',
    name,
    is_zero_width: false,
    is_animated: false,
    folder: 'emote/1',
    files: {},
    still_files: {},
  }))
  return { ...emptySet, emotes }
}

const names = (topic: EmoteTopic, owner: SetOwner) =>
  topic.sets.get(emoteSetKey(owner))?.emotes.map(({ name, provider }) => `${provider} ${name}`)

test('gives every instance the newest copy, and deletes the parts that it replaces', async () => {
  const owner = { channel_id: '7', provider: 'ffz' } as const
  const changed: (string | null)[] = []
  await using other = await open(changed)
  await using topic = await open()
  await topic.publish(owner, setOf('a'), 1000)
  await until(() => names(other, owner)?.join() === 'ffz a', 'the first copy')
  await until(() => keys.size === 2, 'its head and its part')
  const before = [...keys]
  await topic.publish(owner, setOf('b'), 2000)
  await until(() => names(other, owner)?.join() === 'ffz b', 'the second copy')
  const kept = () => [...keys].filter((key) => before.includes(key))
  await until(() => keys.size === 2 && kept().length === 1, 'the first part is deleted')
  expect(kept()).toEqual(['7:ffz'])
  await until(() => changed.length > 0, 'a change')
  expect(new Set(changed)).toEqual(new Set(['7']))
  await using later = await open()
  expect(names(later, owner)).toEqual(['ffz b'])
  expect(later.sets.get('7:ffz')?.head.fetched_at).toBe(2000)
})

test('deletes sets that were not fetched for a week and whose channel is unknown', async () => {
  await using topic = await open()
  const nowMs = 8 * dayMs
  const owner = (channel_id: string | null) => ({ channel_id, provider: 'bttv' }) as const
  for (const id of ['known', 'old'].keys()) await topic.publish(owner(String(id)), setOf('a'), dayMs - 1)
  await topic.publish(owner('2'), setOf('a'), dayMs)
  await topic.publish(owner(null), setOf('a'), 0)
  const heads = () => [...keys].filter((key) => /^[^:]+:bttv$/.test(key)).sort()
  const isKnown = () => ['0', '1', '2', 'global'].every((id) => topic.sets.has(`${id}:bttv`))
  await until(() => heads().length === 4 && isKnown(), 'four sets')
  topic.sweep(new Set(['0']), nowMs)
  await until(() => !keys.has('1:bttv') && ![...keys].some((key) => key.startsWith('1:bttv')), 'deleted')
  expect(heads()).toEqual(['0:bttv', '2:bttv', 'global:bttv'])
  await until(() => !topic.sets.has('1:bttv'), 'forgotten')
})
