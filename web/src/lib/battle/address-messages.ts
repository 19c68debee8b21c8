import { defineMessages } from '../i18n/messages.ts'

/** About channels that are typed or stand in an address, and about the rest of the page's address. */
export const addressMessages = defineMessages({
  en: {
    badName: 'A channel name has 1 to 25 letters, digits or underscores.',
    tooMany: 'At most four channels fit.',
    pageOfTwitch: (page: string) => `${page} is a page of Twitch, not a channel.`,
    noNameNorAddress: 'This is neither a channel name nor an address at twitch.tv.',
    otherSite: (host: string) => `${host} is not twitch.tv. Type a channel name, or paste its address there.`,
    clip: 'The address of a clip does not name its channel.',
    noChannels: (host: string) =>
      `${host} has no channels. Type a channel name, or paste its address at twitch.tv.`,
    namesNoChannel: (address: string) => `${address} does not name a channel.`,
    repeated: 'The address names “channels” more than once; all of them are read.',
    singular: '“channel=” in the address is not read. Channels are named by “channels=”.',
    notShown: (name: string, reason: string) => `“${name}” in the address is not shown. ${reason}`,
    beyond: (names: string) => `Four channels fit. Not shown: ${names}.`,
    unknownValue: (name: string, value: string) =>
      `The page does not know “${name}=${value}” of the address, and ignores it.`,
    badRange: (value: string) =>
      `The address has no valid range: “${value}”. It needs two times in milliseconds, as FROM-TO, at most 90 days apart. The page shows the live window.`,
  },
  de: {
    badName: 'Ein Kanalname hat 1 bis 25 Buchstaben, Ziffern oder Unterstriche.',
    tooMany: 'Höchstens vier Kanäle haben Platz.',
    pageOfTwitch: (page) => `${page} ist eine Seite von Twitch, kein Kanal.`,
    noNameNorAddress: 'Das ist weder ein Kanalname noch eine Adresse bei twitch.tv.',
    otherSite: (host) =>
      `${host} ist nicht twitch.tv. Gib einen Kanalnamen ein oder füge seine Adresse dort ein.`,
    clip: 'Die Adresse eines Clips nennt seinen Kanal nicht.',
    noChannels: (host) =>
      `${host} hat keine Kanäle. Gib einen Kanalnamen ein oder füge seine Adresse bei twitch.tv ein.`,
    namesNoChannel: (address) => `${address} nennt keinen Kanal.`,
    repeated: 'Die Adresse nennt „channels“ mehrmals; alle werden gelesen.',
    singular: '„channel=“ in der Adresse wird nicht gelesen. Kanäle stehen in „channels=“.',
    notShown: (name, reason) => `„${name}“ in der Adresse wird nicht gezeigt. ${reason}`,
    beyond: (names) => `Vier Kanäle haben Platz. Nicht gezeigt: ${names}.`,
    unknownValue: (name, value) =>
      `Die Seite kennt „${name}=${value}“ in der Adresse nicht und lässt es weg.`,
    badRange: (value) =>
      `Die Adresse hat keinen gültigen Zeitraum: „${value}“. Es braucht zwei Zeiten in Millisekunden, als VON-BIS, höchstens 90 Tage auseinander. Die Seite zeigt das laufende Fenster.`,
  },
})

export type AddressText = (typeof addressMessages)['en']
