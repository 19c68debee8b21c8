import { defineMessages, plural } from '../i18n/messages.ts'

export const paceMessages = defineMessages({
  en: {
    summary: (peak: string) => `Messages per minute over the last ten minutes, at most ${peak}.`,
    gaps: (count: number) => ` ${count} ${plural(count, 'gap', 'gaps')} in which messages may be missing.`,
    notWatched: ' The time before was not watched.',
    length: '10 min',
    hatchedGap: 'hatched: gap',
    hatchedNotWatched: 'hatched: not watched yet',
    peak: (peak: string) => `peak ${peak}/min`,
  },
  de: {
    summary: (peak) => `Nachrichten pro Minute in den letzten zehn Minuten, höchstens ${peak}.`,
    gaps: (count) =>
      ` ${count} ${plural(count, 'Lücke, in der', 'Lücken, in denen')} Nachrichten fehlen können.`,
    notWatched: ' Die Zeit davor war nicht beobachtet.',
    length: '10 min',
    hatchedGap: 'schraffiert: Lücke',
    hatchedNotWatched: 'schraffiert: noch nicht beobachtet',
    peak: (peak) => `Spitze ${peak}/min`,
  },
})
