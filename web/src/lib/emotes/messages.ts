import { defineMessages, plural } from '../i18n/messages.ts'

export const emoteMessages = defineMessages({
  en: {
    title: (channel: string) => `Emotes of ${channel}`,
    description: (channel: string) =>
      `How often and when each emote of ${channel} was last used in chat, by provider. The unused ones first.`,
    unused: (unused: string, all: string) => `${unused} of ${all} not used`,
    since: (day: string) => `since ${day}`,
    none: 'No emotes here.',
    noneOf: 'The channel has no set at 7TV, BetterTTV or FrankerFaceZ, or it was not read yet.',
    scope: 'Which emotes',
    channel: 'Of the channel',
    global: 'Of every channel',
    seen: 'In no set',
    seenHint: 'Twitch’s own emotes, and those that left a set. Only used ones are known.',
    provider: 'Provider',
    all: 'All',
    name: 'Emote',
    count: 'Used',
    lastUsed: 'Last used',
    never: 'not used',
    zeroWidth: 'lies over the one before',
    sets: 'Sets',
    setRead: (provider: string, emotes: string, time: string) => `${provider}: ${emotes}, read ${time}`,
    emotes: (count: string, isOne: boolean) => (isOne ? '1 emote' : `${count} emotes`),
    more: (count: string) => `Show ${count} more`,
    covered: (length: string) =>
      `In this time the chat was read for ${length}. What was written otherwise is not counted.`,
    missed: (count: string) =>
      `A count may be low by up to ${count}, so what counts as unused may have been used.`,
    olderWindows: (count: number) =>
      `${count} ${plural(count, 'window', 'windows')} of ten minutes are from an older version: of those the ten most used count.`,
    cut: 'The list has reached its limit: the least used emotes are left out.',
    loading: 'The emotes are being counted.',
    notFound: 'This chat is not being read. Show the channel once, then its emotes are known.',
    malformed: 'This is no name of a channel.',
    noArchive: 'The archive does not answer, so use is not known. Try again soon.',
    slowed: 'Too many requests came from your network. Try again in a minute.',
    unanswered: 'The server does not answer.',
    again: 'Try again',
  },
  de: {
    title: (channel) => `Emotes von ${channel}`,
    description: (channel) =>
      `Wie oft und wann jedes Emote von ${channel} zuletzt im Chat benutzt wurde, nach Anbieter. Die unbenutzten zuerst.`,
    unused: (unused, all) => `${unused} von ${all} nicht benutzt`,
    since: (day) => `seit ${day}`,
    none: 'Hier sind keine Emotes.',
    noneOf: 'Der Kanal hat kein Set bei 7TV, BetterTTV oder FrankerFaceZ, oder es wurde noch nicht gelesen.',
    scope: 'Welche Emotes',
    channel: 'Des Kanals',
    global: 'Aller Kanäle',
    seen: 'In keinem Set',
    seenHint: 'Emotes von Twitch selbst und solche, die ein Set verlassen haben. Nur benutzte sind bekannt.',
    provider: 'Anbieter',
    all: 'Alle',
    name: 'Emote',
    count: 'Benutzt',
    lastUsed: 'Zuletzt',
    never: 'nicht benutzt',
    zeroWidth: 'liegt über dem davor',
    sets: 'Sets',
    setRead: (provider, emotes, time) => `${provider}: ${emotes}, gelesen ${time}`,
    emotes: (count, isOne) => (isOne ? '1 Emote' : `${count} Emotes`),
    more: (count) => `${count} weitere zeigen`,
    covered: (length) =>
      `In dieser Zeit wurde der Chat ${length} lang gelesen. Was sonst geschrieben wurde, ist nicht gezählt.`,
    missed: (count) =>
      `Eine Zahl kann um bis zu ${count} zu klein sein: Was als unbenutzt gilt, wurde vielleicht benutzt.`,
    olderWindows: (count) =>
      `${count} ${plural(count, 'Fenster', 'Fenster')} von zehn Minuten sind von einer älteren Version: davon zählen die zehn häufigsten.`,
    cut: 'Die Liste hat ihre Grenze erreicht: Die am wenigsten benutzten Emotes fehlen.',
    loading: 'Die Emotes werden gezählt.',
    notFound: 'Dieser Chat wird nicht gelesen. Zeige den Kanal einmal, dann sind seine Emotes bekannt.',
    malformed: 'Das ist kein Name eines Kanals.',
    noArchive:
      'Das Archiv antwortet nicht, also ist nicht bekannt, was benutzt wurde. Versuche es bald noch einmal.',
    slowed: 'Zu viele Anfragen aus deinem Netz. Versuche es in einer Minute noch einmal.',
    unanswered: 'Der Server antwortet nicht.',
    again: 'Noch einmal',
  },
})

export const providerNames = {
  twitch: 'Twitch',
  '7tv': '7TV',
  bttv: 'BetterTTV',
  ffz: 'FrankerFaceZ',
} as const
