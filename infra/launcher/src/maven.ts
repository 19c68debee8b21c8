import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import { javaEnvironment } from './java.ts'
import { UserError } from '@chat-battle/runtime/process/command-line'
import { root } from './root.ts'

/**
 * The class path of what `infra/launcher/<name>/pom.xml` pins. Maven resolves it once; after that it is known by the pom's hash for as
 * long as its jars are there.
 */
export async function classPath(
  name: string,
  cacheDir: string,
  log: (line: string) => void,
): Promise<string> {
  const pom = join(root, 'infra/launcher', name, 'pom.xml')
  const hash = createHash('sha256')
    .update(await readFile(pom))
    .digest('hex')
    .slice(0, 16)
  const cached = join(cacheDir, `${name}-${hash}.classpath`)
  const known = await readFile(cached, 'utf8').catch(() => undefined)
  if (known?.split(delimiter).every((jar) => existsSync(jar)) === true) return known

  await mkdir(cacheDir, { recursive: true })
  log(`fetching the jars of ${name} by Maven (once)`)
  const resolved = join(cacheDir, `${name}.resolving`)
  const maven = spawn(
    'mvn',
    ['-B', '-f', pom, 'dependency:build-classpath', `-Dmdep.outputFile=${resolved}`],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...(await javaEnvironment()) },
    },
  )
  const errors: string[] = []
  let downloads = 0
  createInterface({ input: maven.stdout }).on('line', (line) => {
    if (line.includes('[ERROR]')) errors.push(line)
    if (/Downloaded from .*\.jar/.test(line) && ++downloads % 20 === 0) log(`${name}: ${downloads} jars`)
  })
  const [code] = (await once(maven, 'close')) as [number | null]
  if (code !== 0) {
    throw new UserError(
      `Maven could not fetch ${name}; is the network there? ${errors[0] ?? `it ended with code ${code}`}`,
    )
  }
  const path = (await readFile(resolved, 'utf8')).trim()
  await writeFile(cached, path)
  return path
}
