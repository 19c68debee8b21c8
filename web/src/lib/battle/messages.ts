import { defineMessages } from '../i18n/messages.ts'

export const battleMessages = defineMessages({
  en: {
    addChannel: 'Add a channel',
    channel: 'Twitch channel',
    channelName: 'channel name',
    start: 'Start',
    noRoom: 'four of four shown',
    isFull: 'Four channels are shown. Stop one to make room.',
    isShown: (channel: string) => `${channel} is already shown.`,
    digitsAreId: (digits: string) =>
      `Digits are read as an id. For the channel whose name is ${digits}, type @${digits}.`,
    title: (channels: string) => `${channels} – Chat Battle`,
    heading: (channels: string) => `Chats of ${channels}`,
    slowed: 'Too many requests came from your network. The figures appear here soon.',
    unanswered: 'There are no statistics yet. They appear here as soon as the server answers.',
    outdated: 'The server has another version than this page.',
    reload: 'Reload the page',
  },
  de: {
    addChannel: 'Kanal hinzufügen',
    channel: 'Twitch-Kanal',
    channelName: 'Kanalname',
    start: 'Start',
    noRoom: 'vier von vier',
    isFull: 'Vier Kanäle sind zu sehen. Beende einen, um Platz zu machen.',
    isShown: (channel) => `${channel} ist schon zu sehen.`,
    digitsAreId: (digits) =>
      `Ziffern gelten als ID. Für den Kanal mit dem Namen ${digits} gib @${digits} ein.`,
    title: (channels) => `${channels} – Chat Battle`,
    heading: (channels) => `Chats von ${channels}`,
    slowed: 'Aus deinem Netz kamen zu viele Anfragen. Die Zahlen erscheinen hier gleich.',
    unanswered: 'Noch gibt es keine Zahlen. Sie erscheinen hier, sobald der Server antwortet.',
    outdated: 'Der Server hat eine andere Version als diese Seite.',
    reload: 'Seite neu laden',
  },
})
