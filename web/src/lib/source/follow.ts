export interface Followed<T> {
  fetch: () => Promise<T>
  /** `null`: no answer. */
  onAnswer: (answer: T | null, error?: unknown) => void
  /** Asked after each answer. */
  everyMs: () => number
  /** After a failure, so that a restarted gateway is not met by all pages at once. */
  afterFailureMs: number
  isHidden?: (() => boolean) | undefined
}

/** Fetches something again and again until the returned function is called; not while nobody sees the page. */
export function follow<T>({
  fetch,
  onAnswer,
  everyMs,
  afterFailureMs,
  isHidden = () => document.hidden,
}: Followed<T>): () => void {
  let isEnded = false
  let timer: ReturnType<typeof setTimeout> | undefined
  const next = async () => {
    let hasFailed = false
    if (!isHidden()) {
      const report = await fetch().then(
        (answer) => () => onAnswer(answer),
        (error: unknown) => () => {
          hasFailed = true
          onAnswer(null, error)
        },
      )
      if (isEnded) return
      report()
    }
    timer = setTimeout(() => void next(), hasFailed ? afterFailureMs : everyMs())
  }
  void next()
  return () => {
    isEnded = true
    clearTimeout(timer)
  }
}
