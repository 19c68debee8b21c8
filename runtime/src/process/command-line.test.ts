import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const module = fileURLToPath(new URL('./command-line.ts', import.meta.url))

/** Runs a program whose `main` has this body. */
function run(body: string, args: readonly string[] = []) {
  const program = `
    import { positiveNumber, runCommand, UserError } from ${JSON.stringify(module)}
    process.argv.splice(1, 0, 'program.ts')
    const command = { usage: 'USAGE', options: { rate: { type: 'string', default: '1' } } }
    await runCommand(command, async ({ values, positionals }) => { ${body} })`
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', program, '--', ...args],
    { encoding: 'utf8' },
  )
  return { status, stdout, stderr }
}

test('passes the options to the program and exits with its code', () => {
  expect(run('console.log(values.rate); return 3', ['--rate', '20'])).toEqual({
    status: 3,
    stdout: '20\n',
    stderr: '',
  })
})

test('exits with 0 when the program returns no code, even while a timer runs', () => {
  expect(run('setInterval(() => {}, 1000)').status).toBe(0)
})

test('prints the usage for --help without running the program', () => {
  expect(run('console.log("ran")', ['--help'])).toEqual({ status: 0, stdout: 'USAGE\n', stderr: '' })
})

test.each([
  ['an option that does not exist', ['--nothing'], "Unknown option '--nothing'"],
  ['an argument where none is allowed', ['file'], "Unexpected argument 'file'"],
  ['a number that is not above 0', ['--rate', '-1'], 'argument'],
  ['a number that is no number', ['--rate', 'many'], '--rate many: expected a number above 0'],
])('reports %s with the usage and exits with 2', (_what, args, message) => {
  const { status, stderr } = run('positiveNumber("rate", values.rate)', args)
  expect(status).toBe(2)
  expect(stderr).toContain(message)
  expect(stderr).toContain('\n\nUSAGE\n')
})

test('prints only the message of an error that the person can act on', () => {
  expect(run('throw new UserError("install it")')).toEqual({
    status: 1,
    stdout: '',
    stderr: 'install it\n',
  })
})

test('prints the stack of any other error', () => {
  const { status, stderr } = run('throw new TypeError("a bug")')
  expect(status).toBe(1)
  expect(stderr).toMatch(/TypeError: a bug\n +at /)
})

test('exits with 130 when the program is aborted', () => {
  expect(run('AbortSignal.abort().throwIfAborted()')).toEqual({ status: 130, stdout: '', stderr: '' })
})
