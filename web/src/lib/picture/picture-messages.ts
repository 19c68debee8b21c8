import { defineMessages } from '../i18n/messages.ts'

export const pictureMessages = defineMessages({
  en: {
    tagline: 'Whose chat is louder?',
    alone: (login: string, messages: string) => `${login}: ${messages} messages in 10 minutes`,
    aloneFixed: (login: string, messages: string) => `${login}: ${messages} messages`,
    unknown: (login: string) => `${login} is not watched yet`,
    pace: 'per minute',
    perChatter: 'per minute and 1,000 chatters',
    perViewer: 'per minute and 1,000 viewers',
    busy: 'Too many pictures are being made. Try again in a few seconds.',
    tooMany: 'Too many pictures for your network in this minute. Try again in a minute.',
    noChannels: 'The address names no channel that can be shown.',
    away: 'The statistics cannot be read now. Try again in a few seconds.',
  },
  de: {
    tagline: 'Wessen Chat ist lauter?',
    alone: (login, messages) => `${login}: ${messages} Nachrichten in 10 Minuten`,
    aloneFixed: (login, messages) => `${login}: ${messages} Nachrichten`,
    unknown: (login) => `${login} ist noch nicht beobachtet`,
    pace: 'pro Minute',
    perChatter: 'pro Minute und 1.000 Chatter',
    perViewer: 'pro Minute und 1.000 Zuschauer',
    busy: 'Es entstehen zu viele Bilder zugleich. Versuche es in einigen Sekunden erneut.',
    tooMany: 'Zu viele Bilder für dein Netz in dieser Minute. Versuche es in einer Minute erneut.',
    noChannels: 'Die Adresse nennt keinen Kanal, der sich zeigen lässt.',
    away: 'Die Zahlen lassen sich gerade nicht lesen. Versuche es in einigen Sekunden erneut.',
  },
})

export type PictureText = (typeof pictureMessages)['en']
