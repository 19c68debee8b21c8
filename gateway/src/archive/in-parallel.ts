const maxReadsInFlight = 32

/** Does the work of each item, some at a time. Rejects with the first error. */
export async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  let next = 0
  const worker = async () => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await work(item)
  }
  await Promise.all(Array.from({ length: Math.min(maxReadsInFlight, items.length) }, worker))
}
