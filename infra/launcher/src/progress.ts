/** Shows a line to the person at the terminal. */
export type Log = (line: string) => void

/** Does a step of a start, and shows its name before and its duration after. */
export async function timed<T>(log: Log, step: string, act: () => Promise<T>): Promise<T> {
  log(`${step} ...`)
  const startedMs = performance.now()
  const result = await act()
  log(`${step}: done in ${((performance.now() - startedMs) / 1000).toFixed(1)} s`)
  return result
}
