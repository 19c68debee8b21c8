import { defineMessages } from '../i18n/messages.ts'

export const welcomeMessages = defineMessages({
  en: {
    description: 'Live statistics of up to four Twitch chats, side by side',
    whose: 'Whose chat is',
    louder: 'louder?',
    what: 'Type up to four Twitch channels and watch their chats side by side: pace, people, emotes and moments, as they are written and for any time of the last 90 days.',
    onNow: 'On now',
    channel: 'Channel',
    emote: 'Leading emote',
    messages: 'Messages',
    pace: 'per minute, now',
    noEmote: 'none yet',
    together: (count: number) => `Watch ${count === 4 ? 'four' : count} side by side`,
    nothing:
      'No chat is being read yet. Type a channel: its chat is read from then on, as long as somebody watches.',
    stale: 'These figures are not fresh: the server does not answer.',
  },
  de: {
    description: 'Live-Zahlen von bis zu vier Twitch-Chats, nebeneinander',
    whose: 'Wessen Chat ist',
    louder: 'lauter?',
    what: 'Gib bis zu vier Twitch-Kanäle ein und sieh ihre Chats nebeneinander: Tempo, Leute, Emotes und Momente, während sie geschrieben werden und für jede Zeit der letzten 90 Tage.',
    onNow: 'Gerade zu sehen',
    channel: 'Kanal',
    emote: 'Führendes Emote',
    messages: 'Nachrichten',
    pace: 'pro Minute, jetzt',
    noEmote: 'noch keines',
    together: (count) => `${count === 4 ? 'Vier' : count} nebeneinander ansehen`,
    nothing:
      'Noch wird kein Chat gelesen. Gib einen Kanal ein: Sein Chat wird gelesen, solange jemand zusieht.',
    stale: 'Diese Zahlen sind nicht frisch: Der Server antwortet nicht.',
  },
})
