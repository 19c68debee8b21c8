/** Writes values bit by bit, the least significant first, as GIF and WebP do. */
export class BitWriter {
  readonly #bytes: number[] = []
  #filled = 0

  write(value: number, bits: number): void {
    for (let bit = 0; bit < bits; bit++) {
      if (this.#filled === 0) this.#bytes.push(0)
      const last = this.#bytes.length - 1
      this.#bytes[last] = (this.#bytes[last] ?? 0) | (((value >> bit) & 1) << this.#filled)
      this.#filled = (this.#filled + 1) % 8
    }
  }

  bytes(): Buffer {
    return Buffer.from(this.#bytes)
  }
}
