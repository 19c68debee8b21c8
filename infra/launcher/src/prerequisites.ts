import { execFile } from 'node:child_process'
import { createServer } from 'node:net'
import { promisify } from 'node:util'
import { javaEnvironment } from './java.ts'
import { UserError } from '@chat-battle/runtime/process/command-line'

const run = promisify(execFile)

/** Checks what has to be there before anything is started. Throws a `UserError` that says what to do. */
export async function checkTools({ java }: { java: boolean }): Promise<void> {
  if (Number(process.versions.node.split('.')[0]) < 24) {
    throw new UserError(
      `this runs on Node ${process.versions.node}, but needs 24: run it by \`npx -y pnpm@12.21.0\`, which brings it along, or install Node 24`,
    )
  }
  if (!java) return
  const env = { ...process.env, ...(await javaEnvironment()) }
  await run('mvn', ['-version'], { env }).catch(() => {
    throw new UserError('no `mvn` on PATH: install Maven, which fetches Kafka and Cassandra')
  })
}

/** What is to listen on a port. */
export interface Listener {
  /** The setting that gives its port. */
  setting: string
  port: number
  /** 127.0.0.1 by default. */
  host?: string
}

/** Throws a `UserError` naming each port that something else listens on, and each that two are to have. */
export async function checkPorts(listeners: readonly Listener[]): Promise<void> {
  const wrong: string[] = []
  for (const [index, { setting, port, host = '127.0.0.1' }] of listeners.entries()) {
    const twin = listeners.slice(0, index).find((other) => other.port === port)
    const code = twin === undefined ? await errorOfListening(port, host) : undefined
    if (twin !== undefined)
      wrong.push(`${twin.setting} and ${setting} are both ${port}: set one of them to another port`)
    else if (code === 'EADDRINUSE')
      wrong.push(`port ${port} is in use: end what listens there, or set ${setting} to another`)
    else if (code === 'EACCES')
      wrong.push(`port ${port} needs more rights than this user has: set ${setting} to another`)
    else if (code !== undefined)
      wrong.push(`nothing can listen on ${host} (${code}): set HOST to an address of this machine`)
  }
  if (wrong.length > 0) throw new UserError([...new Set(wrong)].join('\n'))
}

/** The code of the error, if there is any. */
async function errorOfListening(port: number, host: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    server.listen(port, host, () => server.close(() => resolve(undefined)))
  })
}
