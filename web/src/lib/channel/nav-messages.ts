import { defineMessages } from '../i18n/messages.ts'

export const channelNavMessages = defineMessages({
  en: {
    pagesOf: (channel: string) => `Pages of ${channel}`,
    live: 'Live',
    streams: 'Streams',
    emotes: 'Emotes',
    allStreams: 'Streams and summaries of the channel',
    allEmotes: 'All emotes of the channel',
  },
  de: {
    pagesOf: (channel) => `Seiten von ${channel}`,
    live: 'Live',
    streams: 'Streams',
    emotes: 'Emotes',
    allStreams: 'Streams und Zusammenfassungen des Kanals',
    allEmotes: 'Alle Emotes des Kanals',
  },
})
