import type { ShownMessage } from '@chat-battle/contracts/records/shown-message'

/** Badges that say who somebody is in the channel, the most important first. */
const knownBadges = [
  'broadcaster',
  'staff',
  'moderator',
  'vip',
  'artist',
  'partner',
  'founder',
  'subscriber',
  'bot',
  'first',
] as const
export type Badge = (typeof knownBadges)[number]

/** Twitch's names for the same. */
const same: Readonly<Record<string, Badge>> = {
  admin: 'staff',
  global_mod: 'staff',
  lead_moderator: 'moderator',
  'artist-badge': 'artist',
  'bot-badge': 'bot',
}

/** The badges of a message's author that are shown. Others, of games and events, say nothing of the person. */
export function badgesOf({ badges, is_bot, is_first, is_subscriber }: ShownMessage): Badge[] {
  const given = new Set(Object.keys(badges).map((name) => same[name] ?? name))
  if (is_bot === true) given.add('bot')
  if (is_first) given.add('first')
  if (is_subscriber && !given.has('founder')) given.add('subscriber')
  return knownBadges.filter((badge) => given.has(badge))
}
