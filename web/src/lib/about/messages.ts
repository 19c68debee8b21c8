import { defineMessages } from '../i18n/messages.ts'

export const aboutMessages = defineMessages({
  en: {
    title: 'About',
    description: 'What is counted and how exactly, what is kept and for how long, and how to opt out.',
    lead: 'Chat Battle reads public Twitch chats and counts them as they are written.',
    unanswered: 'The server does not answer, so what this installation keeps is not known now.',
    again: 'Try again',
    // Opting out
    optOut: 'Opt out',
    optOutLead: 'You can opt out of being stored and shown, in every chat that is read here.',
    optOutCommand: 'Write this as a message in any chat that is read here:',
    optOutByOperator: 'The operator of this installation does it for you, too. Name your Twitch login:',
    optOutAsk: 'Ask the operator of this installation, and name your Twitch login.',
    noContact: 'The operator has not named an address here.',
    optOutWhat:
      'From then on your messages count without your name and text, and what was stored before is removed. You stay one in the count of chatters.',
    optOutImpossible: 'This installation is not set up for it: its operator has to set PERSON_HASH_SECRET.',
    // Counting
    counting: 'What is counted',
    messages: (windowLength: string, grace: string) =>
      `Every message of a chat counts once, in windows of ${windowLength} by Twitch’s clock. A message that arrives up to ${grace} after its window still counts in it; a later one is counted as late.`,
    chatters: 'Chatters are the different people who wrote. Viewers watch; most of them never write.',
    bots: 'Bots count as chatters and are marked; the leaders leave them out.',
    moderation:
      'A deleted message stays counted, but its text is shown nowhere. People who were timed out or banned leave the lists.',
    mirrored: 'Messages that Shared Chat mirrors from another channel are counted, and named apart.',
    moments: 'A moment is a stretch in which far more people write than this chat is used to.',
    gaps: 'Hatched time was not read. A zero there says nothing.',
    // Exactness
    exact: 'How exact it is',
    exactChatters: (most: string, error: string) =>
      `Chatters of a window are exact up to ${most}, and within 1 % above. Of longer times they are estimated by a HyperLogLog with a standard error of ${error}: two of three estimates are closer.`,
    exactLists:
      'A count in a list is never too high. Where it may be too low, the page says by how much (max_missed).',
    exactMood: (least: string) =>
      `The mood is read word by word, from ${least} messages with a known mood on. Single messages are often read wrong, so it is shown for a chat and never for a person.`,
    exactViewers:
      'Viewers are Twitch’s own count, once per minute. A minute without an answer is missing, and never zero.',
    // Keeping
    keeping: 'What is kept, and for how long',
    keptWhat: 'What',
    keptHow: 'How long',
    input: 'Messages as they come, to be counted again after a failure',
    archived: 'Archived messages, which only the operator can read',
    figures: 'Figures, top lists, moments and streams',
    hours: (count: string) => `${count} hours`,
    days: (count: string) => `${count} days`,
    notArchived: 'not archived',
    addresses:
      'Addresses of visitors are not stored. Pictures of emotes come through this server, so no other host sees them.',
    // Sources
    sources: 'Where it comes from',
    source: 'Source',
    lastRead: 'Last read',
    viewers: 'Viewers, titles and streams, from Twitch’s API',
    emotesOf: (provider: string) => `Emotes of ${provider}`,
    never: 'not yet',
    botsTitle: 'Who counts as a bot',
    builtIn: 'this project’s list',
    setting: 'the operator’s list',
    bttv: 'named by channels at BetterTTV',
    ffz: 'named by channels at FrankerFaceZ',
    badge: 'Accounts with Twitch’s own bot badge count as bots, too.',
    allBots: 'The whole list',
    atLeast: (count: string) => `at least ${count}`,
    // Licences
    licences: 'Licences',
    own: (version: string) =>
      `Chat Battle ${version} is open source under the MIT licence. It is not affiliated with Twitch.`,
    protocol: (version: string) => `Version ${version} of its interface.`,
    api: 'Description of the interface (OpenAPI)',
    others: (count: string) => `It contains ${count} packages of others`,
    font: 'Figures are set in Barlow Condensed by Jeremy Tribby.',
  },
  de: {
    title: 'Über',
    description: 'Was wie genau gezählt wird, was wie lange aufbewahrt wird, und wie man sich abmeldet.',
    lead: 'Chat Battle liest öffentliche Twitch-Chats und zählt mit, während geschrieben wird.',
    unanswered: 'Der Server antwortet nicht. Was diese Installation aufbewahrt, ist gerade nicht bekannt.',
    again: 'Noch einmal',
    optOut: 'Abmelden',
    optOutLead:
      'Du kannst dich abmelden. Dann wirst du in keinem hier gelesenen Chat gespeichert oder gezeigt.',
    optOutCommand: 'Schreibe dies als Nachricht in einen Chat, der hier gelesen wird:',
    optOutByOperator: 'Auch der Betreiber dieser Installation macht es für dich. Nenne deinen Twitch-Namen:',
    optOutAsk: 'Bitte den Betreiber dieser Installation darum, und nenne deinen Twitch-Namen.',
    noContact: 'Der Betreiber hat hier keine Adresse genannt.',
    optOutWhat:
      'Von da an zählen deine Nachrichten ohne Namen und Text, und früher Gespeichertes wird entfernt. In der Zahl der Chatter bleibst du eine Person.',
    optOutImpossible:
      'Diese Installation ist dafür nicht eingerichtet: Ihr Betreiber muss PERSON_HASH_SECRET setzen.',
    counting: 'Was gezählt wird',
    messages: (windowLength, grace) =>
      `Jede Nachricht zählt einmal, in Fenstern von ${windowLength} nach der Uhr von Twitch. Kommt eine bis zu ${grace} nach ihrem Fenster an, zählt sie noch darin; eine spätere zählt als verspätet.`,
    chatters: 'Chatter sind die verschiedenen Personen, die schrieben. Zuschauer schreiben meist nie.',
    bots: 'Bots zählen als Chatter und sind gekennzeichnet; in den Ranglisten stehen sie nicht.',
    moderation:
      'Eine gelöschte Nachricht bleibt gezählt, aber ihr Text steht nirgends mehr. Stummgeschaltete und gesperrte Personen verlassen die Listen.',
    mirrored:
      'Nachrichten, die Shared Chat aus einem anderen Kanal spiegelt, zählen mit und sind ausgewiesen.',
    moments: 'Ein Moment ist eine Zeit, in der weit mehr Personen schreiben als in diesem Chat üblich.',
    gaps: 'Schraffierte Zeit wurde nicht gelesen. Eine Null darin sagt nichts.',
    exact: 'Wie genau es ist',
    exactChatters: (most, error) =>
      `Die Chatter eines Fensters sind bis ${most} exakt, darüber auf 1 % genau. Über längere Zeit werden sie mit einem HyperLogLog geschätzt, dessen Standardfehler ${error} ist: Zwei von drei Schätzungen liegen näher.`,
    exactLists:
      'Eine Zahl in einer Liste ist nie zu hoch. Wo sie zu niedrig sein kann, sagt die Seite, um wie viel (max_missed).',
    exactMood: (least) =>
      `Die Stimmung wird Wort für Wort gelesen, ab ${least} Nachrichten mit bekannter Stimmung. Einzelne Nachrichten werden oft falsch gelesen. Darum steht sie bei einem Chat und nie bei einer Person.`,
    exactViewers:
      'Zuschauer zählt Twitch selbst, einmal pro Minute. Eine Minute ohne Antwort fehlt und ist nie null.',
    keeping: 'Was aufbewahrt wird, und wie lange',
    keptWhat: 'Was',
    keptHow: 'Wie lange',
    input: 'Nachrichten, wie sie kommen, um nach einem Ausfall neu zu zählen',
    archived: 'Archivierte Nachrichten, die nur der Betreiber lesen kann',
    figures: 'Zahlen, Ranglisten, Momente und Streams',
    hours: (count) => `${count} Stunden`,
    days: (count) => `${count} Tage`,
    notArchived: 'nicht archiviert',
    addresses:
      'Adressen von Besuchenden werden nicht gespeichert. Bilder von Emotes kommen über diesen Server, also sieht sie kein anderer.',
    sources: 'Woher es kommt',
    source: 'Quelle',
    lastRead: 'Zuletzt gelesen',
    viewers: 'Zuschauer, Titel und Streams, von der Schnittstelle von Twitch',
    emotesOf: (provider) => `Emotes von ${provider}`,
    never: 'noch nicht',
    botsTitle: 'Wer als Bot gilt',
    builtIn: 'Liste dieses Projekts',
    setting: 'Liste des Betreibers',
    bttv: 'von Kanälen bei BetterTTV genannt',
    ffz: 'von Kanälen bei FrankerFaceZ genannt',
    badge: 'Konten mit dem Bot-Abzeichen von Twitch gelten auch als Bots.',
    allBots: 'Die ganze Liste',
    atLeast: (count) => `mindestens ${count}`,
    licences: 'Lizenzen',
    own: (version) =>
      `Chat Battle ${version} ist quelloffen unter der MIT-Lizenz. Es gehört nicht zu Twitch.`,
    protocol: (version) => `Version ${version} seiner Schnittstelle.`,
    api: 'Beschreibung der Schnittstelle (OpenAPI)',
    others: (count) => `Es enthält ${count} Pakete anderer`,
    font: 'Zahlen sind in Barlow Condensed von Jeremy Tribby gesetzt.',
  },
})
