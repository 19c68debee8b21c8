import { execFileSync } from 'node:child_process'
import { rmdirSync } from 'node:fs'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const fillingBytes = [1024 * 1024, 4096]

/** A file system in memory, small enough to be filled. */
export interface SmallDisk extends Disposable {
  readonly path: string
  /** Takes all free space. */
  fill(): Promise<void>
  /** Frees the space that `fill` took. */
  free(): Promise<void>
}

/** Mounts a tmpfs. Needs root on Linux. */
export async function mountSmallDisk(megabytes: number): Promise<SmallDisk> {
  const path = await mkdtemp(join(tmpdir(), 'chat-battle-disk-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'chat-battle', path])
  const ballast = join(path, 'ballast')
  const unmount = () => {
    process.off('exit', unmount)
    // Lazy: a process that still has a file open on it keeps it until then.
    execFileSync('umount', ['--lazy', path])
    rmdirSync(path)
  }
  process.once('exit', unmount)
  return {
    path,
    async fill() {
      await using file = await open(ballast, 'a')
      for (const bytes of fillingBytes) {
        const piece = Buffer.alloc(bytes, 1)
        while (await file.write(piece).then(({ bytesWritten }) => bytesWritten === bytes, isFull));
      }
    },
    free: () => rm(ballast, { force: true }),
    [Symbol.dispose]: unmount,
  }
}

/** False if the disk is full; throws any other error. */
function isFull(error: NodeJS.ErrnoException): false {
  if (error.code !== 'ENOSPC') throw error
  return false
}
