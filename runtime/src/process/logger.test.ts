import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { open } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { createLogger } from './logger.ts'
import { secretsOf } from './secrets.ts'

const settings = {
  KAFKA_SASL_PASSWORD: 'p&ss "word"',
  TWITCH_CLIENT_SECRET: 'client-secret-value',
  OPERATOR_TOKEN: 'operator/token+value',
  KAFKA_SASL_USERNAME: 'somebody',
  CASSANDRA_PASSWORD: '',
}

function logged(write: (logger: ReturnType<typeof createLogger>) => void): string {
  const lines: string[] = []
  const destination = { write: (line: string) => void lines.push(line) }
  write(createLogger('test', 'trace', { secrets: secretsOf(settings), destination }))
  return lines.join('')
}

test("censors the settings' secrets in an error's message, stack, fields and causes, also escaped or encoded", () => {
  const url = `https://host/token?secret=${encodeURIComponent(settings.OPERATOR_TOKEN)}`
  const cause = new Error(`refused: ${settings.KAFKA_SASL_PASSWORD}`)
  const error = Object.assign(new Error(`${settings.TWITCH_CLIENT_SECRET} at ${url}`, { cause }), {
    _url: url,
    request: { password: settings.KAFKA_SASL_PASSWORD },
  })
  const text = logged((logger) => {
    logger.error({ err: error }, 'failed')
    logger.child({ of: settings.OPERATOR_TOKEN }).warn({ details: error }, error.message)
  })
  expect(text).toContain('https://host/token')
  for (const line of text.trim().split('\n')) JSON.parse(line)
  for (const secret of secretsOf(settings)) {
    for (const form of [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])
      expect(text).not.toContain(form)
  }
})

test('censors tokens that are not in the settings by their position', () => {
  const text = logged((logger) => {
    logger.warn({ url: '/token?client_secret=abc1&refresh_token=abc2&access_token=abc3&x=kept' }, 'requested')
    logger.warn('PASS oauth:abc4 and Bearer abc5abc5abc5')
  })
  expect(text).not.toMatch(/abc[1-5]/)
  expect(text).toContain('x=kept')
})

test('logs other values unchanged', () => {
  expect(secretsOf(settings)).not.toContain('somebody')
  expect(secretsOf(settings)).not.toContain('')
  expect(logged((logger) => logger.info('somebody said hello'))).toContain('somebody said hello')
})

/** A device that answers every write as a full disk does. */
const fullDisk = '/dev/full'

test.runIf(process.platform === 'linux')('keeps running when its output cannot be written', async () => {
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
