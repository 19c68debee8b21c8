import { execFileSync } from 'node:child_process'
import { rmdirSync } from 'node:fs'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const pieces = [1024 * 1024, 4096]

/** A file system of its own in memory, which can be filled. */
export interface SmallDisk extends Disposable {
  readonly path: string
  /** Takes all the room that is left. */
  fill(): Promise<void>
  /** Gives that room back. */
  empty(): Promise<void>
}

/** Needs root on Linux. */
export async function mountSmallDisk(megabytes: number): Promise<SmallDisk> {
  const path = await mkdtemp(join(tmpdir(), 'chat-battle-disk-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'chat-battle', path])
  const ballast = join(path, 'ballast')
  const unmount = () => {
    process.off('exit', unmount)
    // What still has a file open on it keeps it until then.
    execFileSync('umount', ['--lazy', path])
    rmdirSync(path)
  }
  process.once('exit', unmount)
  return {
    path,
    async fill() {
      await using file = await open(ballast, 'a')
      for (const bytes of pieces) {
        const piece = Buffer.alloc(bytes, 1)
        while (await file.write(piece).then(({ bytesWritten }) => bytesWritten === bytes, isFull));
      }
    },
    empty: () => rm(ballast, { force: true }),
    [Symbol.dispose]: unmount,
  }
}

function isFull(error: NodeJS.ErrnoException): false {
  if (error.code !== 'ENOSPC') throw error
  return false
}
