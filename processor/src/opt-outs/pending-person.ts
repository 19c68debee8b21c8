import { onePerson, type OptedOut } from '@chat-battle/contracts/records/anonymise'
import { maxNames } from '@chat-battle/contracts/records/opt-out'

/** A person who opted out and is being removed. */
export interface PendingPerson {
  readonly userId: string
  readonly anonymousId: string
  /** Lower case. */
  readonly names: readonly string[]
}

export function withNames(person: PendingPerson, names: readonly string[]): PendingPerson {
  const all = [...person.names, ...names.map((name) => name.toLowerCase())].filter((name) => name !== '')
  return { ...person, names: [...new Set(all)].slice(0, maxNames) }
}

/** Several people, for what replaces them. */
export function together(people: readonly PendingPerson[]): OptedOut {
  const each = people.map(({ userId, anonymousId, names }) => onePerson(userId, anonymousId, names))
  return {
    isEmpty: each.length === 0,
    anonymousId: (id) => each.map((person) => person.anonymousId(id)).find((found) => found !== undefined),
    hasName: (name) => each.some((person) => person.hasName(name)),
  }
}
