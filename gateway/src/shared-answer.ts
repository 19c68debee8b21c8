/** Caches an answer for `freshMs`. It is read on request, and simultaneous requests share it. A failed one is not cached. */
export class SharedAnswer<T> {
  readonly #read: (atMs: number) => Promise<T>
  readonly #freshMs: number
  readonly #now: () => number
  #last: { atMs: number; answer: Promise<T> } | undefined

  /** `now`: epoch ms. */
  constructor(read: (atMs: number) => Promise<T>, { freshMs, now }: { freshMs: number; now: () => number }) {
    this.#read = read
    this.#freshMs = freshMs
    this.#now = now
  }

  get(): Promise<T> {
    const atMs = this.#now()
    // The clock may have been corrected backward.
    if (this.#last !== undefined && Math.abs(atMs - this.#last.atMs) < this.#freshMs) return this.#last.answer
    const last = { atMs, answer: this.#read(atMs) }
    this.#last = last
    last.answer.catch(() => {
      if (this.#last === last) this.#last = undefined
    })
    return last.answer
  }
}
