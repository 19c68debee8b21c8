import { randomBytes } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const fileName = 'person-hash-secret'

/**
 * The secret of a local installation's keyed hashes: that of the environment, or the one that lies in the data folder, which is
 * created at the first start. Beside the data, because they are of no use without each other.
 */
export async function localPersonSecret(dataDir: string, given: string | undefined): Promise<string> {
  if (given !== undefined && given.trim() !== '') return given
  const path = join(dataDir, fileName)
  const stored = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  if (stored.trim() !== '') return stored.trim()
  const secret = randomBytes(32).toString('hex')
  // Renamed when it is whole: a half secret would forget who opted out.
  await writeFile(`${path}.new`, `${secret}\n`, { mode: 0o600 })
  await rename(`${path}.new`, path)
  return secret
}
