import { fetchOnNow, type OnNow } from '../api/on-now.ts'
import { follow } from '../source/follow.ts'

/** The figures of a start page are fetched again this often. */
const everyMs = 3000
const afterFailureMs = 10_000

/** Fetches what is on now until the returned function is called; not while nobody sees the page. `null`: no answer. */
export function followOnNow(
  onAnswer: (onNow: OnNow | null) => void,
  fetchNow: () => Promise<OnNow> = fetchOnNow,
  isHidden?: () => boolean,
): () => void {
  return follow({ fetch: fetchNow, onAnswer, everyMs: () => everyMs, afterFailureMs, isHidden })
}
