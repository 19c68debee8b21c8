import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { UserError } from '@chat-battle/runtime/process/command-line'

/**
 * Makes a folder and those above it. Node's own `recursive` never ends where the parent is there but makes no folders, as
 * below /proc (nodejs/node src/node_file.cc, MKDirpAsync: ENOENT is taken for a missing parent).
 */
export async function makeFolder(path: string): Promise<void> {
  if ((await stat(path).catch(() => undefined))?.isDirectory()) return
  if (dirname(path) !== path) await makeFolder(dirname(path))
  await mkdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
}

/** What to do about a folder that cannot be made, read or written to. */
export function unusable(path: string, setting: string, error: unknown): UserError {
  const reason = error instanceof Error ? error.message : String(error)
  return new UserError(
    `${setting}=${path} cannot be used (${reason}): set ${setting} to a folder that this user can write to`,
  )
}
