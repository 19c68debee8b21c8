import { defineMessages } from '../i18n/messages.ts'

/** Figures for those who hear the page. */
export const aloudMessages = defineMessages({
  en: {
    read: 'Read the figures aloud',
    place: (rank: string) => `${rank}. `,
    figures: (pace: string, messages: string, chatters: string) =>
      `${pace} per minute, ${messages} messages, ${chatters} chatters.`,
    unknown: (login: string) => `${login}: no figures yet.`,
    leads: (login: string, figures: string) => `${login} leads. ${figures}`,
  },
  de: {
    read: 'Zahlen vorlesen',
    place: (rank) => `${rank}. `,
    figures: (pace, messages, chatters) =>
      `${pace} pro Minute, ${messages} Nachrichten, ${chatters} Chatter.`,
    unknown: (login) => `${login}: noch keine Zahlen.`,
    leads: (login, figures) => `${login} führt. ${figures}`,
  },
})
