import { defineMessages } from '../i18n/messages.ts'

export const sideMessages = defineMessages({
  en: {
    side: 'Beside the figures',
    none: 'Figures only',
    chat: 'Chat',
    chatTitle: 'The messages of all shown channels, as they are written',
    moments: 'Moments',
    chatKey: 'Chat beside the figures, or not',
    momentsKey: 'Moments beside the figures, or not',
    momentsTitle: 'When many people of a chat wrote at once',
    loading: 'Loading…',
    failed: 'This part of the page could not be loaded.',
    tryAgain: 'Reload the page',
  },
  de: {
    side: 'Neben den Zahlen',
    none: 'Nur Zahlen',
    chat: 'Chat',
    chatTitle: 'Die Nachrichten aller gezeigten Kanäle, wie sie geschrieben werden',
    moments: 'Momente',
    chatKey: 'Chat neben den Zahlen, oder nicht',
    momentsKey: 'Momente neben den Zahlen, oder nicht',
    momentsTitle: 'Wann viele Leute in einem Chat auf einmal schrieben',
    loading: 'Wird geladen …',
    failed: 'Dieser Teil der Seite konnte nicht geladen werden.',
    tryAgain: 'Seite neu laden',
  },
})
