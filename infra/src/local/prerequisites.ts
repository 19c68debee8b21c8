import { execFile } from 'node:child_process'
import { createServer } from 'node:net'
import { promisify } from 'node:util'
import { Problem } from './problem.ts'

const run = promisify(execFile)

/** Checks what has to be there before anything is started. Throws a `Problem` that says what to do. */
export async function checkTools({ java }: { java: boolean }): Promise<void> {
  if (Number(process.versions.node.split('.')[0]) < 24) {
    throw new Problem(
      `this runs on Node ${process.versions.node}, but needs 24: run it by \`npx -y pnpm@12.21.0\`, which brings it along, or install Node 24`,
    )
  }
  if (!java) return
  const version = await output('java', ['-version'])
  const major = Number(/version "(?:1\.)?([0-9]+)/.exec(version ?? '')?.[1])
  if (version === undefined) throw new Problem('no `java` on PATH: install a JDK of version 17 or later')
  if (!(major >= 17)) throw new Problem(`java is version ${major}: install a JDK of version 17 or later`)
  if ((await output('mvn', ['-version'])) === undefined) {
    throw new Problem('no `mvn` on PATH: install Maven, which fetches Kafka and Cassandra')
  }
}

async function output(command: string, args: readonly string[]): Promise<string | undefined> {
  try {
    const { stdout, stderr } = await run(command, args)
    return stdout + stderr
  } catch {
    return undefined
  }
}

/** Throws a `Problem` naming each port that something else listens on. `ports`: the port by the setting that names it. */
export async function checkPorts(ports: Readonly<Record<string, number>>): Promise<void> {
  const taken: string[] = []
  for (const [setting, port] of Object.entries(ports)) {
    if (!(await isFree(port)))
      taken.push(`port ${port} is in use: end what listens there, or set ${setting} to another`)
  }
  if (taken.length > 0) throw new Problem(taken.join('\n'))
}

async function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}

/** A port that is free now. */
export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
