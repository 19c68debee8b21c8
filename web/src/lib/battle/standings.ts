import { peopleOf, scaled, type Crowd } from './scale.ts'
import type { Scale } from './battle-address.ts'

/** What a row of the standings is made of. */
export interface Entrant extends Crowd {
  login: string
  /** Messages per minute; null: no figure of the chat is known. */
  pace: number | null
  /** Messages of the stretch that is shown. */
  messages: number
}

export interface Standing extends Entrant {
  /** Place in the address: it decides the colour. */
  index: number
  /** From 1; equal paces have the same one. Null: not known on this scale. */
  rank: number | null
  /** The pace on the chosen scale; null: not known. */
  shownPace: number | null
  /** Of the messages of all, 0 to 1; null: nobody has written. */
  share: number | null
}

/** The only chat with rank 1 and a pace above 0. Undefined: several or none have, or there is no other chat. */
export function leaderOf(standings: readonly Standing[]): Standing | undefined {
  const [first, second] = standings.filter(({ rank, shownPace }) => rank === 1 && (shownPace ?? 0) > 0)
  return standings.length > 1 && second === undefined ? first : undefined
}

/** The chats by their pace on a scale, first to last; those without one at the end. Equal ones stay in their order. */
export function standingsOf(entrants: readonly Entrant[], scale: Scale): Standing[] {
  const total = entrants.reduce((sum, { messages }) => sum + messages, 0)
  const rows = entrants.map((entrant, index) => ({
    ...entrant,
    index,
    shownPace: scaled(entrant.pace, peopleOf(scale, entrant)),
    share: total === 0 ? null : entrant.messages / total,
  }))
  const faster = (pace: number) => rows.filter(({ shownPace }) => shownPace !== null && shownPace > pace)
  return rows
    .map((row) => ({ ...row, rank: row.shownPace === null ? null : faster(row.shownPace).length + 1 }))
    .sort((a, b) => (b.shownPace ?? -1) - (a.shownPace ?? -1))
}
