const bytesOf: Readonly<Record<string, number>> = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9 }

/** Counts the jars that Maven reports as downloaded, with their sizes. */
export class Downloads {
  #jars = 0
  #bytes = 0
  #shownJars = 0

  /** Reads a line of `mvn -B`, like `Downloaded from central: https://host/a.jar (1.2 MB at 3.4 MB/s)`. */
  read(line: string): void {
    const [, size, unit = ''] = /Downloaded from .*\.jar \(([0-9.]+) (B|kB|MB|GB)\b/.exec(line) ?? []
    if (size === undefined) return
    this.#jars++
    this.#bytes += Number(size) * (bytesOf[unit] ?? 0)
  }

  /** Whether there are more than at the last `toString`. */
  hasNew(): boolean {
    return this.#jars > this.#shownJars
  }

  toString(): string {
    this.#shownJars = this.#jars
    return `${this.#jars} jars, ${(this.#bytes / 1e6).toFixed(1)} MB`
  }
}
