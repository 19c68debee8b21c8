const firstBytes = 4096
const bytesPerInt = 4
/** A varint has seven bits per byte; the highest bit says that another byte follows. */
const [varintBits, moreBit] = [7, 0x80]
/** Bytes of the longest varint: a safe integer has 53 bits. */
const maxVarintBytes = 8
const maxLatin1 = 0xff

/** Collects pages one behind the other. A snapshot reuses one: a buffer per page would cost more than what is in it. */
export class PageBuffer {
  #bytes = Buffer.allocUnsafe(firstBytes)
  #length = 0

  get length(): number {
    return this.#length
  }

  /** What was added from `start` on. Valid until the next change. */
  view(start = 0): Buffer {
    return this.#bytes.subarray(start, this.#length)
  }

  /** Removes what was added from `start` on, and returns it. */
  take(start: number): Buffer {
    const taken = Buffer.from(this.view(start))
    this.#length = start
    return taken
  }

  clear(): void {
    this.#length = 0
  }

  /** Byte by byte, because `writeInt32LE` checks its arguments, which takes longer. */
  addInt32(value: number): void {
    this.#reserve(bytesPerInt)
    this.#bytes[this.#length++] = value
    this.#bytes[this.#length++] = value >>> 8
    this.#bytes[this.#length++] = value >>> 16
    this.#bytes[this.#length++] = value >>> 24
  }

  /** Adds a safe integer of at least 0. */
  addCount(value: number): void {
    this.#reserve(maxVarintBytes)
    let rest = value
    for (; rest >= moreBit; rest = Math.floor(rest / moreBit))
      this.#bytes[this.#length++] = (rest % moreBit) | moreBit
    this.#bytes[this.#length++] = rest
  }

  /** Adds any string: in Latin-1 if possible, else in UTF-16. In a loop, because a native call costs more for a short one. */
  addText(text: string): void {
    const { length } = text
    let all = 0
    for (let at = 0; at < length; at++) all |= text.charCodeAt(at)
    const isWide = all > maxLatin1
    this.addCount(2 * length + Number(isWide))
    this.#reserve(2 * length)
    for (let at = 0; at < length; at++) {
      const code = text.charCodeAt(at)
      this.#bytes[this.#length++] = code
      if (isWide) this.#bytes[this.#length++] = code >>> 8
    }
  }

  addBytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length)
    this.#bytes.set(bytes, this.#length)
    this.#length += bytes.length
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return
    const larger = Buffer.allocUnsafe(Math.max(2 * this.#bytes.length, this.#length + more))
    larger.set(this.view())
    this.#bytes = larger
  }
}

/** Reads what a `PageBuffer` collected. Throws where the bytes end too early. */
export class PageCursor {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length
  }

  readInt32(): number {
    return this.readBytes(bytesPerInt).readInt32LE(0)
  }

  readCount(): number {
    let value = 0
    for (let index = 0; index < maxVarintBytes; index++) {
      const byte = this.#bytes[this.#at++]
      if (byte === undefined) break
      value += (byte % moreBit) * 2 ** (index * varintBits)
      if (byte < moreBit && value <= Number.MAX_SAFE_INTEGER) return value
    }
    throw new Error('a page has no whole number where one is expected')
  }

  readText(): string {
    const form = this.readCount()
    const length = Math.floor(form / 2)
    return form % 2 === 0
      ? this.readBytes(length).toString('latin1')
      : this.readBytes(2 * length).toString('utf16le')
  }

  readBytes(length: number): Buffer {
    const end = this.#at + length
    if (end > this.#bytes.length)
      throw new Error(`a page has ${this.#bytes.length} bytes, expected ${end} or more`)
    const bytes = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return bytes
  }
}
