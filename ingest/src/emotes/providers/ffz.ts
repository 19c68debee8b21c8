import { channelId } from '@chat-battle/contracts/primitives'
import { maxBotsOfSet } from '@chat-battle/contracts/records/emote-set'
import {
  EmoteCollector,
  fieldsOf,
  InvalidAnswer,
  listOf,
  type DescribedEmote,
  type ProviderSet,
} from './answer.ts'

/** FrankerFaceZ's API of version 1. */

/** The badge that marks a channel's bots, by its id in `user_badge_ids`. */
const botBadge = '2'

/** The answer for the emotes of every channel. Only sets that `default_sets` names are for every channel. */
export function readFfzGlobal(answer: unknown): ProviderSet {
  const { default_sets: ids, sets } = fieldsOf(answer, 'the global sets')
  return readSets(listOf(ids, 'default_sets'), sets)
}

/** The answer for a channel's room. */
export function readFfzChannel(answer: unknown): ProviderSet {
  const { room, sets } = fieldsOf(answer, 'the answer')
  const { set, user_badge_ids: badges } = fieldsOf(room, 'room')
  const { [botBadge]: bots = [] } = fieldsOf(badges ?? {}, 'user_badge_ids')
  const ids = listOf(bots, 'the bots').map(String)
  const bot_user_ids = ids.filter((id) => channelId.safeParse(id).success).slice(0, maxBotsOfSet)
  return { ...readSets([set], sets), bot_user_ids }
}

function readSets(ids: readonly unknown[], sets: unknown): ProviderSet {
  const byId = fieldsOf(sets, 'sets')
  const collector = new EmoteCollector()
  for (const id of ids) {
    const key = String(id)
    if (!Object.hasOwn(byId, key)) throw new InvalidAnswer(`set ${key} is missing`)
    const { emoticons } = fieldsOf(byId[key], `set ${key}`)
    collector.addAll(listOf(emoticons, 'emoticons'), describe)
  }
  return collector.set
}

function describe(entry: unknown): DescribedEmote {
  const { id, name, urls, animated, modifier } = fieldsOf(entry, 'an emote')
  const pictures = (of: unknown) =>
    Object.entries(fieldsOf(of ?? {}, 'urls')).map(([scale, url]) => ({ scale, url }))
  const isAnimated = typeof animated === 'object' && animated !== null
  return {
    id: String(id),
    name,
    isModifier: modifier === true,
    isAnimated,
    folder: `emote/${String(id)}`,
    pictures: pictures(isAnimated ? animated : urls),
    stillPictures: isAnimated ? pictures(urls) : [],
  }
}
