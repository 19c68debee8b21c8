import { maxBotsOfSet } from '@chat-battle/contracts/records/emote-set'
import { channelLogin } from '@chat-battle/contracts/primitives'
import { EmoteCollector, fieldsOf, listOf, type DescribedEmote, type ProviderSet } from './answer.ts'

/** BetterTTV's cached API of version 3. */

/** BetterTTV has no flag for them (https://github.com/Chatterino/chatterino2, BttvEmotes.cpp). */
const zeroWidthNames = new Set([
  'SoSnowy',
  'IceCold',
  'SantaHat',
  'TopHat',
  'ReinDeer',
  'CandyCane',
  'cvMask',
  'cvHazmat',
])

/** The answer for the emotes of every channel. */
export function readBttvGlobal(answer: unknown): ProviderSet {
  const collector = new EmoteCollector()
  collector.addAll(listOf(answer, 'the global emotes'), (entry) => describe(entry, zeroWidthNames))
  return collector.set
}

/** The answer for a channel: of equal names a shared emote counts. */
export function readBttvChannel(answer: unknown): ProviderSet {
  const { channelEmotes, sharedEmotes, bots } = fieldsOf(answer, 'the account')
  const collector = new EmoteCollector()
  for (const entries of [listOf(channelEmotes, 'channelEmotes'), listOf(sharedEmotes, 'sharedEmotes')])
    collector.addAll(entries, (entry) => describe(entry))
  const logins = listOf(bots ?? [], 'bots').map((login) => String(login).toLowerCase())
  const bot_logins = logins.filter((login) => channelLogin.safeParse(login).success).slice(0, maxBotsOfSet)
  return { ...collector.set, bot_logins }
}

function describe(entry: unknown, zeroWidth: ReadonlySet<string> = new Set()): DescribedEmote {
  const { id, code, animated, imageType, modifier } = fieldsOf(entry, 'an emote')
  const folder = `emote/${String(id)}`
  const isAnimated = animated === true || (animated === undefined && imageType === 'gif')
  const pictures = (below: string) =>
    ['1', '2', '3'].map((scale) => ({ scale, url: `//host/${folder}/${below}${scale}x.webp` }))
  return {
    id,
    name: code,
    isZeroWidth: zeroWidth.has(String(code)),
    isModifier: modifier === true,
    isAnimated,
    folder,
    pictures: pictures(''),
    stillPictures: isAnimated ? pictures('static/') : [],
  }
}
