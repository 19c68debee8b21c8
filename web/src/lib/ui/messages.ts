import { defineMessages } from '../i18n/messages.ts'

export const uiMessages = defineMessages({
  en: {
    dismiss: 'Dismiss',
    bot: 'bot',
    simulated: 'Simulated chat',
    madeUp: 'These channels, their people and their messages are made up.',
    noPage: 'There is no such page.',
    noPageTitle: 'No such page',
    noPageHelp:
      'The address may be mistyped, or from another version. A battle’s address names its channels:',
    failed: 'The page could not be loaded.',
    failedTitle: 'Something went wrong',
    failedHelp: 'The server does not answer, or has failed. Try again in a moment.',
    toStart: 'Go to the start page',
  },
  de: {
    dismiss: 'Ausblenden',
    bot: 'Bot',
    simulated: 'Simulierter Chat',
    madeUp: 'Diese Kanäle, ihre Leute und ihre Nachrichten sind erfunden.',
    noPage: 'Diese Seite gibt es nicht.',
    noPageTitle: 'Keine solche Seite',
    noPageHelp:
      'Die Adresse ist vielleicht vertippt oder von einer anderen Version. Die Adresse eines Duells nennt seine Kanäle:',
    failed: 'Die Seite ließ sich nicht laden.',
    failedTitle: 'Etwas ging schief',
    failedHelp: 'Der Server antwortet nicht oder ist gescheitert. Versuche es gleich noch einmal.',
    toStart: 'Zur Startseite',
  },
})
