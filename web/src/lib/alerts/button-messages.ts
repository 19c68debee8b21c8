import { defineMessages } from '../i18n/messages.ts'

export const alertButtonMessages = defineMessages({
  en: {
    open: 'Alerts',
    openTitle: 'Rules of your own that report what happens in the chats',
  },
  de: {
    open: 'Meldungen',
    openTitle: 'Eigene Regeln, die melden, was in den Chats passiert',
  },
})
