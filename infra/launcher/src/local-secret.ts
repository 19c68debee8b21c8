import { randomBytes } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** `person-hash-secret`: of keyed hashes; without the data they are of no use. `operator-token`: of a demo. */
type LocalSecret = 'person-hash-secret' | 'operator-token'

/** A secret of a local installation: that of the environment, or the one in the data folder, which the first start creates. */
export async function localSecret(
  dataDir: string,
  name: LocalSecret,
  given: string | undefined,
): Promise<string> {
  if (given !== undefined && given.trim() !== '') return given
  const path = join(dataDir, name)
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
