import { createHash, randomUUID } from 'node:crypto'
import { lstat, mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from '@chat-battle/runtime/process/logger'

/** The least space of a file on the disk. */
const blockBytes = 4096
/** The last use of a file is written this often, so that the next process knows it. */
const touchEveryMs = 60 * 60 * 1000
/** After a failed write, e.g. on a full disk, no file is written for so long. */
const pauseMs = 60_000
/** Other gateways may write into the same folder. A part of a file that is older belongs to no running write. */
const rescanEveryMs = 10 * 60 * 1000
const filesAtOnce = 32

const mark = Buffer.from('CBP1', 'latin1')
const digestBytes = 32
const timeBytes = 8
const headBytes = mark.length + digestBytes + timeBytes
const fileName = /^[0-9a-f]{64}$/
const temporaryName = /^[0-9a-f]{64}\.[0-9a-f-]{36}\.tmp$/

export interface StoredPicture {
  readonly bytes: Buffer
  /** Epoch ms. */
  readonly fetchedAtMs: number
}

interface Used {
  bytes: number
  /** When the last use was written to the file, epoch ms. */
  touchedAtMs: number
}

/**
 * Pictures on disk, within `maxBytes`: of more, the ones that were used the longest ago are deleted. Names follow from a digest of
 * the key. A file is written beside its place and then moved, and holds a digest of its content, so a torn file is no picture.
 */
export class PictureFiles {
  readonly #folder: string
  readonly #maxBytes: number
  readonly #logger: Logger
  readonly #now: () => number
  /** The file that was used the longest ago first. */
  readonly #used = new Map<string, Used>()
  #bytes = 0
  #scannedAtMs: number | undefined
  #scanning: Promise<void> | undefined
  #pausedUntilMs = 0

  /** `now`: epoch ms, for the times of files. */
  constructor(folder: string, maxBytes: number, logger: Logger, now: () => number = () => Date.now()) {
    this.#folder = folder
    this.#maxBytes = maxBytes
    this.#logger = logger
    this.#now = now
  }

  /** Bytes on the disk, in whole blocks. */
  get bytes(): number {
    return this.#bytes
  }

  get isPaused(): boolean {
    return this.#now() < this.#pausedUntilMs
  }

  /** Undefined where there is no whole file. */
  async read(key: string): Promise<StoredPicture | undefined> {
    const name = nameOf(key)
    const content = await readFile(join(this.#folder, name)).catch(() => undefined)
    if (content === undefined) return undefined
    const picture = decode(content)
    if (picture === undefined) await this.#delete(name)
    else await this.#touch(name, content.length)
    return picture
  }

  /** Never rejects: a picture that cannot be kept is fetched again. */
  async write(key: string, picture: StoredPicture): Promise<void> {
    if (this.isPaused) return
    const name = nameOf(key)
    const temporary = join(this.#folder, `${name}.${randomUUID()}.tmp`)
    try {
      await (this.#scanning ??= this.#scan().finally(() => (this.#scanning = undefined)))
      const content = encode(picture)
      await writeFile(temporary, content, { mode: 0o600, flag: 'wx' })
      await rename(temporary, join(this.#folder, name))
      this.#use(name, { bytes: content.length, touchedAtMs: this.#now() })
      await this.#evict()
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => undefined)
      this.#pausedUntilMs = this.#now() + pauseMs
      this.#logger.warn(
        { err: error, folder: this.#folder, pause_s: pauseMs / 1000 },
        'picture not kept on disk; EMOTE_CACHE_DIR must be a writable folder of this user with free space',
      )
    }
  }

  async delete(key: string): Promise<void> {
    await this.#delete(nameOf(key))
  }

  async #delete(name: string): Promise<void> {
    this.#forget(name)
    await rm(join(this.#folder, name), { force: true }).catch(() => undefined)
  }

  async #touch(name: string, bytes: number): Promise<void> {
    const nowMs = this.#now()
    const known = this.#used.get(name)
    const isDue = known === undefined || nowMs - known.touchedAtMs >= touchEveryMs
    this.#use(name, { bytes, touchedAtMs: isDue ? nowMs : known.touchedAtMs })
    if (!isDue) return
    const seconds = nowMs / 1000
    await utimes(join(this.#folder, name), seconds, seconds).catch(() => undefined)
  }

  #use(name: string, used: Used): void {
    this.#forget(name)
    this.#used.set(name, used)
    this.#bytes += blocks(used.bytes)
  }

  #forget(name: string): void {
    this.#bytes -= blocks(this.#used.get(name)?.bytes ?? 0)
    this.#used.delete(name)
  }

  async #evict(): Promise<void> {
    for (const name of this.#used.keys()) {
      if (this.#bytes <= this.#maxBytes) return
      await this.#delete(name)
    }
  }

  /** Reads the names of files of earlier processes, and of others that share the folder. */
  async #scan(): Promise<void> {
    const nowMs = this.#now()
    if (this.#scannedAtMs !== undefined && nowMs - this.#scannedAtMs < rescanEveryMs) return
    await this.#prepareFolder()
    const names = await readdir(this.#folder)
    const found: (Used & { name: string })[] = []
    for (let at = 0; at < names.length; at += filesAtOnce) {
      const stats = names.slice(at, at + filesAtOnce).map((name) => this.#inspect(name, nowMs))
      found.push(...(await Promise.all(stats)).flatMap((file) => file ?? []))
    }
    this.#scannedAtMs = nowMs
    this.#used.clear()
    this.#bytes = 0
    for (const { name, ...used } of found.sort((a, b) => a.touchedAtMs - b.touchedAtMs)) this.#use(name, used)
  }

  /** Files of other names are not this cache's, and stay. */
  async #inspect(name: string, nowMs: number): Promise<(Used & { name: string }) | undefined> {
    if (!fileName.test(name) && !temporaryName.test(name)) return undefined
    const path = join(this.#folder, name)
    const found = await stat(path).catch(() => undefined)
    if (found === undefined) return undefined
    if (fileName.test(name)) return { name, bytes: found.size, touchedAtMs: found.mtimeMs }
    if (nowMs - found.mtimeMs > rescanEveryMs) await rm(path, { force: true })
    return undefined
  }

  /** A folder of another user, as in a shared /tmp, could be filled with other pictures. */
  async #prepareFolder(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    const found = await lstat(this.#folder)
    const isOwn = process.getuid === undefined || found.uid === process.getuid()
    if (!found.isDirectory() || !isOwn) throw new Error(`${this.#folder} is not a folder of this user`)
  }
}

function nameOf(key: string): string {
  return createHash('sha256').update(key).digest('hex')
}

function blocks(bytes: number): number {
  return Math.ceil(bytes / blockBytes) * blockBytes
}

function digestOf(time: Buffer, bytes: Buffer): Buffer {
  return createHash('sha256').update(time).update(bytes).digest()
}

function encode({ bytes, fetchedAtMs }: StoredPicture): Buffer {
  const time = Buffer.alloc(timeBytes)
  time.writeDoubleBE(fetchedAtMs)
  return Buffer.concat([mark, digestOf(time, bytes), time, bytes])
}

function decode(content: Buffer): StoredPicture | undefined {
  if (content.length <= headBytes || !content.subarray(0, mark.length).equals(mark)) return undefined
  const digest = content.subarray(mark.length, mark.length + digestBytes)
  const time = content.subarray(mark.length + digestBytes, headBytes)
  const bytes = content.subarray(headBytes)
  return digestOf(time, bytes).equals(digest) ? { bytes, fetchedAtMs: time.readDoubleBE() } : undefined
}
