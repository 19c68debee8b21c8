import { knownBots } from '@chat-battle/contracts/known-bots'
import type { EmoteStandIn } from '../emotes/emote-stand-in.ts'
import { global, type StandInEmote } from '../emotes/emote-sets.ts'

/** What the emote providers said while the lines were sent. */
export type ProviderAnswers = Pick<EmoteStandIn, 'sets' | 'bttvBots' | 'ffzBotIds'>

export const noAnswers: ProviderAnswers = {
  sets: { '7tv': new Map(), bttv: new Map(), ffz: new Map() },
  bttvBots: new Map(),
  ffzBotIds: new Map(),
}

export type Tags = Record<string, string | undefined>

/** A line's emotes, as `provider:id`. */
export function emotesOf(tags: Tags, sent: string, answers: ProviderAnswers): string[] {
  const points = [...sent.replace(/^\u0001ACTION /, '').replace(/\u0001$/, '')]
  const rest = [...points]
  const found: string[] = []
  for (const emote of (tags.emotes ?? '').split('/').filter((each) => each !== '')) {
    const [id = '', ranges = ''] = emote.split(':')
    for (const range of ranges.split(',')) {
      const [start = NaN, end = NaN] = /^\d+-\d+$/.test(range) ? range.split('-').map(Number) : []
      if (id === '' || !(start <= end && end < points.length)) continue
      found.push(`twitch:${id}`)
      rest.fill(' ', start, end + 1)
    }
  }
  return [...found, ...thirdPartyEmotes(rest.join(''), tags, answers)]
}

function thirdPartyEmotes(text: string, tags: Tags, { sets }: ProviderAnswers): string[] {
  const rooms = [tags['source-room-id'] || (tags['room-id'] ?? ''), global]
  const isCheer = (word: string) => Number(tags.bits ?? 0) > 0 && /^[a-z0-9]*[a-z][0-9]{1,6}$/i.test(word)
  return text
    .split(' ')
    .filter((word) => word !== '' && !isCheer(word))
    .flatMap((word) => {
      for (const room of rooms) {
        for (const provider of ['ffz', 'bttv', '7tv'] as const) {
          const emote = sets[provider].get(room)?.find(({ name }: StandInEmote) => name === word)
          if (emote !== undefined) return emote.isModifier === true ? [] : [`${provider}:${emote.id}`]
        }
      }
      return []
    })
}

/** Whether a bot wrote the line. */
export function isOfBot(login: string, tags: Tags, { bttvBots, ffzBotIds }: ProviderAnswers): boolean {
  const rooms = [tags['room-id'] ?? '', tags['source-room-id'] ?? '']
  return (
    /(^|,)bot-badge(\/|,|$)/.test(tags.badges ?? '') ||
    knownBots.has(login) ||
    rooms.some(
      (room) =>
        bttvBots.get(room)?.includes(login) === true ||
        ffzBotIds.get(room)?.includes(Number(tags['user-id'])) === true,
    )
  )
}
