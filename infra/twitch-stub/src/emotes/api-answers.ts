import { global, type EmoteSets, type StandInEmote } from './emote-sets.ts'

/** What a provider's API answers: each function gives the body for a path, or undefined for 404. */

export interface SevenTvOptions {
  sets: EmoteSets
  /** `old`: an account has its set embedded. `new`: it has only the set's id, as announced for August 2026. */
  shape: 'old' | 'new'
}

const setIdOf = (channelId: string) => `01HSET${channelId.padStart(20, '0')}`

export function sevenTv(path: string, { sets, shape }: SevenTvOptions): unknown {
  const [, kind, id = ''] = /^\/v3\/(users\/twitch|emote-sets)\/([0-9A-Za-z]+)$/.exec(path) ?? []
  if (kind === 'emote-sets') {
    const channel = [...sets.keys()].find((key) => key === id || setIdOf(key) === id)
    return channel === undefined ? undefined : sevenTvSet(channel, sets.get(channel) ?? [])
  }
  const emotes = id === global ? undefined : sets.get(id)
  if (kind === undefined || emotes === undefined) return undefined
  return {
    id,
    platform: 'TWITCH',
    username: `channel${id}`,
    linked_at: 1_600_000_000_000,
    emote_capacity: 1000,
    emote_set_id: setIdOf(id),
    emote_set: shape === 'old' ? sevenTvSet(id, emotes) : null,
    user: {
      id: `01HUSER${id.padStart(19, '0')}`,
      emote_sets: [{ id: '01HSETOFANOTHERTIME0000000', name: 'Old' }],
    },
  }
}

function sevenTvSet(channelId: string, emotes: readonly StandInEmote[]): unknown {
  return {
    id: channelId === global ? global : setIdOf(channelId),
    name: 'Emotes',
    flags: 0,
    emote_count: emotes.length,
    capacity: 1000,
    // 7TV leaves the list out when it is empty.
    ...(emotes.length > 0 && { emotes: emotes.map(sevenTvEmote) }),
  }
}

function sevenTvEmote({ id, name, isAnimated = false, isZeroWidth = false }: StandInEmote): unknown {
  const files = [1, 2, 3, 4].flatMap((scale) =>
    ['webp', 'avif'].map((format) => ({
      name: `${scale}x.${format}`,
      static_name: `${scale}x_static.${format}`,
      width: 32 * scale,
      height: 32 * scale,
      frame_count: isAnimated ? 2 : 1,
      size: 1000 * scale,
      format: format.toUpperCase(),
    })),
  )
  const host = { url: `//cdn.7tv.app/emote/${id}`, files }
  const data = {
    id,
    name,
    flags: isZeroWidth ? 256 : 0,
    lifecycle: 3,
    state: ['LISTED'],
    listed: true,
    animated: isAnimated,
    host,
  }
  return { id, name, flags: isZeroWidth ? 1 : 0, timestamp: 1_700_000_000_000, actor_id: null, data }
}

export interface BttvOptions {
  sets: EmoteSets
  /** Logins that a channel named as bots, by channel id. */
  bots: ReadonlyMap<string, readonly string[]>
}

export function bttv(path: string, { sets, bots }: BttvOptions): unknown {
  if (path === '/3/cached/emotes/global') return (sets.get(global) ?? []).map(bttvEmote)
  const id = /^\/3\/cached\/users\/twitch\/([0-9]+)$/.exec(path)?.[1] ?? ''
  const emotes = sets.get(id)
  if (emotes === undefined && !bots.has(id)) return undefined
  const [shared, own] = [
    (emotes ?? []).filter(isOdd),
    (emotes ?? []).filter((emote, index) => !isOdd(emote, index)),
  ]
  const user = { id: '5f0000000000000000000002', name: 'bo', displayName: 'Bo', providerId: '100000002' }
  return {
    id: '5f0000000000000000000001',
    bots: bots.get(id) ?? [],
    avatar: '',
    channelEmotes: own.map(bttvEmote),
    sharedEmotes: shared.map((emote) => ({ ...bttvEmote(emote), userId: undefined, user })),
  }
}

const isOdd = (_: StandInEmote, index: number) => index % 2 === 1

function bttvEmote({ id, name, isAnimated = false, isModifier = false }: StandInEmote) {
  const imageType = isAnimated ? 'gif' : 'png'
  return {
    id,
    code: name,
    imageType,
    animated: isAnimated,
    userId: '5f0000000000000000000001',
    modifier: isModifier,
  }
}

export interface FfzOptions {
  sets: EmoteSets
  /** User ids with the channel's bot badge, by channel id. */
  botIds: ReadonlyMap<string, readonly number[]>
}

const ffzBotBadge = '2'

export function ffz(path: string, { sets, botIds }: FfzOptions): unknown {
  if (path === '/v1/set/global') {
    const emoticons = (sets.get(global) ?? []).map(ffzEmote)
    const others = [ffzEmote({ id: '99', name: 'OnlySomeFfz' })]
    return {
      default_sets: [3],
      sets: {
        3: { id: 3, title: 'Global', emoticons },
        4330: { id: 4330, title: 'Only some users', emoticons: others },
      },
      users: { 4330: ['someone'] },
    }
  }
  const id = /^\/v1\/room\/id\/([0-9]+)$/.exec(path)?.[1] ?? ''
  const emotes = sets.get(id)
  if (emotes === undefined && !botIds.has(id)) return undefined
  const badges = { [ffzBotBadge]: botIds.get(id) ?? [] }
  return {
    room: {
      _id: 5,
      twitch_id: Number(id),
      id: `channel${id}`,
      set: 77,
      user_badge_ids: badges,
      vip_badge: null,
    },
    sets: { 77: { id: 77, emoticons: (emotes ?? []).map(ffzEmote) } },
  }
}

function ffzEmote({ id, name, isAnimated = false, isModifier = false }: StandInEmote): unknown {
  const scales = [1, 2, 4]
  const urls = Object.fromEntries(
    scales.map((scale) => [scale, `//cdn.frankerfacez.com/emote/${id}/${scale}`]),
  )
  const animated = Object.fromEntries(
    scales.map((scale) => [scale, `//cdn.frankerfacez.com/emote/${id}/animated/${scale}.webp`]),
  )
  return {
    id: Number(id),
    name,
    width: 28,
    height: 28,
    hidden: false,
    modifier: isModifier,
    modifier_flags: isModifier ? 1 : 0,
    urls,
    animated: isAnimated ? animated : null,
  }
}
