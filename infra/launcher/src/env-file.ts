import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { UserError } from '@chat-battle/runtime/process/command-line'

/** What Windows' editors and PowerShell write before a text. */
const byteOrderMarks = [
  { bytes: [0xef, 0xbb, 0xbf], encoding: 'utf-8' },
  { bytes: [0xff, 0xfe], encoding: 'utf-16le' },
  { bytes: [0xfe, 0xff], encoding: 'utf-16be' },
]

/**
 * The settings in a file, by name; none where there is no file. Unlike `process.loadEnvFile` it also reads UTF-16 and a byte order
 * mark, and throws a `UserError` about a file that it cannot read.
 */
export function readEnvFile(file: string): NodeJS.Dict<string> {
  try {
    const text = decode(readFileSync(file))
    if (text.includes('\0')) throw new Error('it has zero bytes')
    return parseEnv(text)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw new UserError(`${file} cannot be read (${(error as Error).message}): save it as text in UTF-8`)
  }
}

function decode(content: Uint8Array): string {
  const mark = byteOrderMarks.find(({ bytes }) => bytes.every((byte, index) => content[index] === byte))
  return new TextDecoder(mark?.encoding ?? 'utf-8', { fatal: true }).decode(content)
}
