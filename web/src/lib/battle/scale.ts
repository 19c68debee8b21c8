import type { Scale } from './battle-address.ts'

/** What a chat's figures are divided by. */
export interface Crowd {
  /** Distinct people who wrote. */
  chatters: number
  /** Null: not known. */
  viewers: number | null
}

/**
 * The people by which a scale divides; null where they are not known. Two scales never stand beside each other, and a chat whose
 * people are not known has no figure on that scale. `messages` divides by nothing: a thousand per thousand.
 */
export function peopleOf(scale: Scale, { chatters, viewers }: Crowd): number | null {
  if (scale === 'messages') return 1000
  const people = scale === 'per_chatter' ? chatters : viewers
  return people === 0 ? null : people
}

/** A figure per 1,000 `people`. */
export function scaled(value: number | null, people: number | null): number | null {
  return value === null || people === null ? null : (value * 1000) / people
}
