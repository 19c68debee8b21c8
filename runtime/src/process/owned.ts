/**
 * Starts something from parts. `start` puts each part on `owned` as soon as it runs. If `start` fails, the parts that run are
 * closed, the last one first; otherwise disposing of the result closes them in this order. A part that fails to close does
 * not keep the others from closing; the errors are then thrown as one `SuppressedError`.
 */
export async function startOwned<T extends object>(
  start: (owned: AsyncDisposableStack) => Promise<T>,
): Promise<T & AsyncDisposable> {
  await using stack = new AsyncDisposableStack()
  const started = await start(stack)
  const owned = stack.move()
  return Object.assign(started, { [Symbol.asyncDispose]: () => owned.disposeAsync() })
}

/** Waits until every part has started or failed, so that none starts after the rest was closed; then rejects if one failed. */
export async function allStarted<T extends readonly unknown[] | []>(starting: T) {
  await Promise.allSettled(starting)
  return await Promise.all(starting)
}

/** Parts that are closed at the same time. Each is closed even if another fails. */
export class ClosedTogether implements AsyncDisposable {
  readonly #parts: AsyncDisposable[] = []

  use<T extends AsyncDisposable>(part: T): T {
    this.#parts.push(part)
    return part
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // A part may throw before it returns its promise.
    const closing = this.#parts.map(async (part) => part[Symbol.asyncDispose]())
    const results = await Promise.allSettled(closing)
    const errors = results.flatMap((result) =>
      result.status === 'rejected' ? [result.reason as unknown] : [],
    )
    if (errors.length > 0) throw new AggregateError(errors, 'parts failed to close')
  }
}
