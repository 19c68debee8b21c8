import { fetchOnNow, type OnNow } from '../api/on-now.ts'

/** The figures of a start page are fetched again this often. */
const everyMs = 3000
/** After a failure, so that a restarted gateway is not met by all pages at once. */
const afterFailureMs = 10_000

/** Fetches what is on now until the returned function is called; not while nobody sees the page. `null`: no answer. */
export function followOnNow(
  onAnswer: (onNow: OnNow | null) => void,
  fetchNow: () => Promise<OnNow> = fetchOnNow,
  isHidden: () => boolean = () => document.hidden,
): () => void {
  let isEnded = false
  let timer: ReturnType<typeof setTimeout> | undefined
  const next = async () => {
    let waitMs = everyMs
    if (!isHidden()) {
      const answer = await fetchNow().catch(() => null)
      if (isEnded) return
      onAnswer(answer)
      if (answer === null) waitMs = afterFailureMs
    }
    timer = setTimeout(() => void next(), waitMs)
  }
  void next()
  return () => {
    isEnded = true
    clearTimeout(timer)
  }
}
