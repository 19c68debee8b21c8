import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { open } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

/** A device that answers every write as a full disk does. */
const fullDisk = '/dev/full'

test.runIf(process.platform === 'linux')('goes on where its output takes nothing', async () => {
  const logger = fileURLToPath(new URL('logger.ts', import.meta.url))
  const script = `
    const { createLogger } = await import(${JSON.stringify(logger)})
    const logger = createLogger('test', 'info')
    for (let line = 0; line < 3; line++) {
      logger.info({ line: 'x'.repeat(1000) }, 'a line')
      await new Promise((resolve) => setImmediate(resolve))
    }
    process.exit(7)`
  const output = await open(fullDisk, 'a')
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', output.fd, 'inherit'],
    timeout: 4000,
    killSignal: 'SIGKILL',
  })
  const [code] = await once(child, 'exit')
  await output.close()
  expect(code).toBe(7)
})
