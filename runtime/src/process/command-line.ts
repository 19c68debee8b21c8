import { parseArgs, type ParseArgsConfig } from 'node:util'
import { SettingsError } from './settings.ts'

/** An error that the person at the terminal can act on: they see its message alone. */
export class UserError extends Error {}

/** An error in a command's arguments: the person sees its message and the usage. */
export class UsageError extends UserError {}

type Options = NonNullable<ParseArgsConfig['options']>

/** The arguments of a command. */
export type CommandArguments<Given extends Options> = ReturnType<
  typeof parseArgs<{ options: Given; allowPositionals: true; strict: true }>
>

interface Command<Given extends Options> {
  /** The text that `--help` prints. */
  usage: string
  options: Given
  /** Whether arguments that are no options are allowed. */
  allowPositionals?: boolean
}

/** As shells have them: wrong arguments are 2, an end by Ctrl-C is 130. */
const exitCodes = { failure: 1, usage: 2, aborted: 130 } as const

/**
 * Runs a program: parses its arguments, answers `--help`, reports errors, and ends the process with the exit code that
 * `main` returns; without one, with 0.
 */
export async function runCommand<const Given extends Options>(
  command: Command<Given>,
  main: (given: CommandArguments<Given>) => Promise<number | undefined>,
): Promise<never> {
  const args = process.argv.slice(2)
  if (args.includes('--help')) {
    console.log(command.usage)
    process.exit(0)
  }
  try {
    process.exit((await main(parse(command, args))) ?? 0)
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') process.exit(exitCodes.aborted)
    if (error instanceof UsageError) {
      console.error(`${error.message}\n\n${command.usage}`)
      process.exit(exitCodes.usage)
    }
    console.error(isForThePerson(error) ? error.message : error)
    process.exit(exitCodes.failure)
  }
}

function parse<Given extends Options>(
  { options, allowPositionals = false }: Command<Given>,
  args: string[],
): CommandArguments<Given> {
  try {
    return parseArgs({ args, options, allowPositionals, strict: true }) as CommandArguments<Given>
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

/** Reads the text of a numeric option; throws a `UsageError` unless it is above 0. */
export function positiveNumber(option: string, text: string): number {
  const value = Number(text)
  if (value > 0) return value
  throw new UsageError(`--${option} ${text}: expected a number above 0`)
}

/** Whether an error's message is enough: settings, arguments, or a file of the machine that cannot be used. */
function isForThePerson(error: unknown): error is Error {
  if (error instanceof UserError || error instanceof SettingsError) return true
  return error instanceof Error && 'syscall' in error && 'path' in error
}
