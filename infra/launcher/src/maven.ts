import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import { stripVTControlCharacters } from 'node:util'
import { javaEnvironment } from './java.ts'
import { UserError } from '@chat-battle/runtime/process/command-line'
import { Downloads } from './maven-downloads.ts'
import { timed, type Log } from './progress.ts'
import { root } from './root.ts'

const showEveryMs = 3000

/**
 * The class path of what `infra/launcher/<name>/pom.xml` pins. Maven resolves it once; after that it is known by the pom's hash for as
 * long as its jars are there.
 */
export async function classPath(name: string, cacheDir: string, log: Log): Promise<string> {
  const pom = join(root, 'infra/launcher', name, 'pom.xml')
  const hash = createHash('sha256')
    .update(await readFile(pom))
    .digest('hex')
    .slice(0, 16)
  const cached = join(cacheDir, `${name}-${hash}.classpath`)
  const known = await readFile(cached, 'utf8').catch(() => undefined)
  if (known?.split(delimiter).every((jar) => existsSync(jar)) === true) return known

  await mkdir(cacheDir, { recursive: true })
  const resolved = join(cacheDir, `${name}.resolving`)
  await timed(log, `fetch the jars of ${name} by Maven, once`, () => resolveJars(name, pom, resolved, log))
  const path = (await readFile(resolved, 'utf8')).trim()
  await writeFile(cached, path)
  return path
}

/** Writes the class path to the file `resolved`; shows how much Maven has downloaded. */
async function resolveJars(name: string, pom: string, resolved: string, log: Log): Promise<void> {
  const args = ['-B', '-f', pom, 'dependency:build-classpath', `-Dmdep.outputFile=${resolved}`]
  const maven = spawn('mvn', args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...(await javaEnvironment()) },
  })
  const downloads = new Downloads()
  const errors: string[] = []
  const showing = setInterval(() => {
    if (downloads.hasNew()) log(`  ${name}: ${downloads}`)
  }, showEveryMs)
  createInterface({ input: maven.stdout }).on('line', (line) => {
    if (line.includes('[ERROR]')) errors.push(line)
    downloads.read(line)
  })
  // Maven 3.8 also writes a reset of colours there when it ends.
  createInterface({ input: maven.stderr }).on('line', (line) => {
    const text = stripVTControlCharacters(line).trim()
    if (text !== '') log(text)
  })
  const [code] = (await once(maven, 'close')) as [number | null]
  clearInterval(showing)
  if (downloads.hasNew()) log(`  ${name}: ${downloads}`)
  if (code === 0) return
  throw new UserError(
    `Maven could not fetch ${name}: ${errors[0] ?? `it ended with code ${code}`}. Check the network and run the command again`,
  )
}
