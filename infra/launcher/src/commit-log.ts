import { open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** The version of its format, with which a segment begins. */
const versionBytes = 4

/**
 * Deletes the segments of Cassandra's commit log that nothing was ever written to: on a full disk a segment is made, but not
 * the descriptor that it begins with, and no later start gets past it (CommitLogReader.java: "Could not read commit log descriptor").
 */
export async function removeEmptySegments(dir: string): Promise<void> {
  const files = await readdir(dir).catch(() => [])
  for (const file of files.filter((name) => /^CommitLog-.*\.log$/.test(name))) {
    if (await isEmpty(join(dir, file))) await rm(join(dir, file))
  }
}

async function isEmpty(file: string): Promise<boolean> {
  await using handle = await open(file)
  const { buffer } = await handle.read(Buffer.alloc(versionBytes), 0, versionBytes, 0)
  return buffer.every((byte) => byte === 0)
}
